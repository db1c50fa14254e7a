package io.forebay.gateway.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.forebay.gateway.bench.ChildJvm;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * Says the same to Mosquitto and to the gateway. What they answer differently is listed in {@code differences.tsv}, each with
 * the reason, and nothing is listed there that is not different.
 */
class DifferentialIT {
    @RegisterExtension
    static final Broker OURS = new Broker();

    @TempDir
    static Path directory;

    private static Process mosquitto;
    private static Broker theirs;

    /** What is asked of a broker. */
    private interface Question {
        String ask(Broker broker) throws IOException, InterruptedException;
    }

    /** A row of the table: where {@code *} stands for anything. */
    private record Difference(String name, String theirs, String ours, String why) {
        boolean explains(String question, String theirAnswer, String ourAnswer) {
            return matches(name, question) && matches(theirs, theirAnswer) && matches(ours, ourAnswer);
        }

        private static boolean matches(String pattern, String text) {
            StringBuilder regex = new StringBuilder();
            for (String part : pattern.split("\\*", -1)) {
                regex.append(regex.isEmpty() ? "" : ".*").append(Pattern.quote(part));
            }
            return text.matches(regex.toString());
        }
    }

    @BeforeAll
    static void startMosquitto() throws Exception {
        Path program = Path.of("/usr/sbin/mosquitto");
        assumeTrue(Files.isExecutable(program), "this test needs Debian's mosquitto in /usr/sbin");
        int port = ChildJvm.freePort();
        Path config = directory.resolve("mosquitto.conf");
        Files.writeString(config, "listener " + port + " 127.0.0.1\nallow_anonymous true\nmax_queued_messages 10000\n");
        mosquitto = new ProcessBuilder(program.toString(), "-c", config.toString())
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("mosquitto.log").toFile())
                .start();
        awaitListener(port);
        theirs = Broker.at(port);
    }

    private static void awaitListener(int port) throws IOException {
        for (int attempt = 0; attempt < 100; attempt++) {
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
                if (socket.isConnected()) {
                    return;
                }
            } catch (IOException notYet) {
                LockSupport.parkNanos(50_000_000);
            }
        }
        throw new IOException("mosquitto does not listen: " + Files.readString(directory.resolve("mosquitto.log")));
    }

    @AfterAll
    static void stopMosquitto() throws InterruptedException {
        if (mosquitto != null) {
            mosquitto.destroy();
            mosquitto.waitFor(5, TimeUnit.SECONDS);
        }
    }

    @Test
    void everyDifferenceOfSinglePacketsIsExplained() throws Exception {
        Map<String, Question> questions = new TreeMap<>();
        for (Probe probe : Probes.all(OURS)) {
            questions.put(probe.name(), probe::answer);
        }
        compare(questions, "differences.tsv");
    }

    @Test
    void everyDifferenceOfConversationsIsExplained() throws Exception {
        Map<String, Question> questions = new TreeMap<>();
        for (Script script : Script.parse(lines("scripts.txt"))) {
            questions.put(script.name(), script::answer);
        }
        compare(questions, "differences-scripts.tsv");
    }

    private static void compare(Map<String, Question> questions, String table) throws Exception {
        List<Difference> known = lines(table).stream()
                .map(line -> line.split("\t", -1))
                .map(columns -> new Difference(columns[0], columns[1], columns[2], columns[3]))
                .toList();
        Map<String, String> theirAnswers = answers(questions, theirs);
        Map<String, String> ourAnswers = answers(questions, OURS);
        TreeSet<String> unexplained = new TreeSet<>();
        List<Difference> unused = new ArrayList<>(known);
        for (String question : questions.keySet()) {
            String theirs = theirAnswers.get(question);
            String ours = ourAnswers.get(question);
            if (!theirs.equals(ours)) {
                List<Difference> found = known.stream()
                        .filter(difference -> difference.explains(question, theirs, ours))
                        .toList();
                unused.removeAll(found);
                if (found.isEmpty()) {
                    unexplained.add(question + '\t' + theirs + '\t' + ours);
                }
            }
        }
        assertEquals("", String.join("\n", unexplained), "differences without an explanation");
        assertEquals(List.of(), unused, "explanations without a difference");
    }

    private static Map<String, String> answers(Map<String, Question> questions, Broker broker) throws Exception {
        ExecutorService workers = Executors.newFixedThreadPool(8);
        try {
            Map<String, Future<String>> pending = new TreeMap<>();
            questions.forEach((name, question) -> pending.put(name, workers.submit(() -> answer(question, broker))));
            Map<String, String> answers = new TreeMap<>();
            for (Map.Entry<String, Future<String>> entry : pending.entrySet()) {
                answers.put(entry.getKey(), entry.getValue().get(5, TimeUnit.MINUTES));
            }
            return answers;
        } finally {
            workers.shutdownNow();
        }
    }

    private static String answer(Question question, Broker broker) throws InterruptedException {
        try {
            return question.ask(broker);
        } catch (IOException unreadable) {
            return "unreadable: " + unreadable.getMessage();
        }
    }

    private static List<String> lines(String name) throws IOException {
        InputStream resource = DifferentialIT.class.getResourceAsStream("/conformance/" + name);
        try (BufferedReader reader = new BufferedReader(new InputStreamReader(resource, StandardCharsets.UTF_8))) {
            return reader.lines()
                    .filter(line -> !line.startsWith("#") && !line.isBlank())
                    .toList();
        }
    }
}
