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
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
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
    /**
     * A machine that stands still for a moment makes an answer come too late to be heard: what is not explained is asked again,
     * with more patience, and as briefly as before, since a will that has a delay does not wait for us.
     */
    private static final int[] PATIENCE = {1, 5, 1, 20, 1};

    /** Of whom most wait most of the time whether there is more to come. */
    private static final int WORKERS = 24;

    @RegisterExtension
    static final Broker OURS = new Broker();

    @TempDir
    static Path directory;

    private static Process mosquitto;
    private static Broker theirs;

    /** What is asked of a broker. */
    private interface Question {
        String ask(Broker broker, int patience) throws IOException, InterruptedException;
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
        for (int attempt = 0; attempt < 1_200; attempt++) {
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
            mosquitto.waitFor(30, TimeUnit.SECONDS);
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
        Comparison comparison = new Comparison(known);
        Map<String, Question> doubtful = questions;
        for (int patience : PATIENCE) {
            comparison.take(answers(doubtful, theirs, patience), answers(doubtful, OURS, patience));
            doubtful = new TreeMap<>(questions);
            doubtful.keySet().removeIf(question -> !comparison.isDoubtful(question));
            if (doubtful.isEmpty()) {
                break;
            }
        }
        assertEquals("", String.join("\n", comparison.unexplained()), "differences without an explanation");
        assertEquals(List.of(), comparison.unused(), "explanations without a difference");
    }

    /** What was answered, a later answer in place of an earlier one, and how it is explained. */
    private static final class Comparison {
        private final List<Difference> known;
        private final Set<Difference> unused;
        private final Map<String, String> unexplained = new TreeMap<>();

        Comparison(List<Difference> known) {
            this.known = known;
            this.unused = new LinkedHashSet<>(known);
        }

        void take(Map<String, String> theirAnswers, Map<String, String> ourAnswers) {
            theirAnswers.forEach((question, theirs) -> {
                String ours = ourAnswers.get(question);
                List<Difference> found = known.stream()
                        .filter(difference -> difference.explains(question, theirs, ours))
                        .toList();
                unexplained.remove(question);
                if (!theirs.equals(ours)) {
                    found.forEach(unused::remove);
                    if (found.isEmpty()) {
                        unexplained.put(question, question + '\t' + theirs + '\t' + ours);
                    }
                }
            });
        }

        /** Whether it has to be asked again before it is said that it is answered otherwise, or no longer otherwise. */
        boolean isDoubtful(String question) {
            return unexplained.containsKey(question)
                    || unused.stream().anyMatch(each -> Difference.matches(each.name(), question));
        }

        Collection<String> unexplained() {
            return unexplained.values();
        }

        List<Difference> unused() {
            return List.copyOf(unused);
        }
    }

    private static Map<String, String> answers(Map<String, Question> questions, Broker broker, int patience)
            throws Exception {
        ExecutorService workers = Executors.newFixedThreadPool(WORKERS);
        try {
            Map<String, Future<String>> pending = new TreeMap<>();
            questions.forEach(
                    (name, question) -> pending.put(name, workers.submit(() -> answer(question, broker, patience))));
            Map<String, String> answers = new TreeMap<>();
            for (Map.Entry<String, Future<String>> entry : pending.entrySet()) {
                answers.put(entry.getKey(), entry.getValue().get(5, TimeUnit.MINUTES));
            }
            return answers;
        } finally {
            workers.shutdownNow();
        }
    }

    private static String answer(Question question, Broker broker, int patience) throws InterruptedException {
        try {
            return question.ask(broker, patience);
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
