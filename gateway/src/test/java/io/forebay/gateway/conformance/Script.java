package io.forebay.gateway.conformance;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A conversation of several clients, and all that they hear. A step is the name of a client and what it does:
 *
 * <ul>
 *   <li>{@code a 5}, {@code a 4}: connects with a new session that ends with the connection; {@code a 5 resume}: with one that
 *       lasts
 *   <li>{@code a > 82 (...)}: sends, in the notation of {@link Bytes}; {@code TT} is the topic of this run
 *   <li>{@code a ack}, {@code a rec}, {@code a comp}: PUBACK, PUBREC or PUBCOMP to the packet id that came last
 *   <li>{@code a drop}, {@code a bye}: loses the connection, or says DISCONNECT; {@code a wait}: lets 1.2 s pass
 * </ul>
 */
record Script(String name, List<String> steps) {
    private static final int QUIET_MS = 120;

    static List<Script> parse(List<String> lines) {
        List<Script> scripts = new ArrayList<>();
        for (String line : lines) {
            if (line.startsWith("== ")) {
                scripts.add(new Script(line.substring(3), new ArrayList<>()));
            } else if (!line.isBlank() && !line.startsWith("#")) {
                scripts.get(scripts.size() - 1).steps.add(line.strip());
            }
        }
        return scripts;
    }

    /**
     * What all clients heard after each step.
     *
     * @param patience how many times as long as usual all have to be silent before the next step
     */
    String answer(Broker broker, int patience) throws IOException, InterruptedException {
        Play play = new Play(broker, patience * QUIET_MS);
        for (String step : steps) {
            play.step(step);
        }
        return String.join(", ", play.heard);
    }

    /** One run of a script. Owned by the test thread that runs it. */
    private static final class Play {
        private final Broker broker;
        private final int quietMs;
        private final String topic;
        private final String clientIds;
        private final Map<String, WireClient> clients = new LinkedHashMap<>();
        private final Map<String, Integer> lastIds = new LinkedHashMap<>();
        private final List<String> heard = new ArrayList<>();

        Play(Broker broker, int quietMs) {
            this.broker = broker;
            this.quietMs = quietMs;
            topic = broker.name("t");
            clientIds = broker.name("c");
        }

        void step(String step) throws IOException, InterruptedException {
            String who = step.substring(0, step.indexOf(' '));
            String what = step.substring(step.indexOf(' ') + 1);
            boolean connects = Character.isDigit(what.charAt(0));
            boolean acknowledges = List.of("ack", "rec", "comp").contains(what);
            if ((!connects && !clients.containsKey(who)) || (acknowledges && !lastIds.containsKey(who))) {
                heard.add(who + " cannot " + what);
            } else if (what.startsWith(">")) {
                clients.get(who).send(filled(what.substring(2)));
            } else {
                act(who, what);
            }
            listen();
        }

        private String filled(String packet) {
            return packet.replaceAll("(?<!MQ)TT", topic);
        }

        private void act(String who, String what) throws IOException, InterruptedException {
            switch (what) {
                case "4", "5" ->
                    open(who, Integer.parseInt(what), Packets.connect(Integer.parseInt(what), clientIds + who));
                case "4 resume" -> open(who, 4, Packets.connect(4, 0, 60, "", '"' + clientIds + who + '"'));
                case "5 resume" -> open(who, 5, Packets.connect(5, 0, 60, "11 u32:300", '"' + clientIds + who + '"'));
                case "ack" -> clients.get(who).send(Packets.puback(lastIds.get(who)));
                case "rec" -> clients.get(who).send(Packets.pubrec(lastIds.get(who)));
                case "comp" -> clients.get(who).send(Packets.pubcomp(lastIds.get(who)));
                case "drop" -> clients.remove(who).drop();
                case "bye" -> clients.get(who).send(Packets.DISCONNECT);
                case "wait" -> Thread.sleep(1_200);
                default -> open(who, 5, filled(what).replace("ID", clientIds + who));
            }
        }

        private void open(String who, int level, String connect) throws IOException {
            clients.put(who, broker.open(level).send(connect));
        }

        /**
         * Until all have been silent for a while: an answer may cause another at another client. What one client hears
         * is noted in order; which of two clients hears first says nothing.
         */
        private void listen() throws IOException {
            int before = heard.size();
            boolean silent = false;
            while (!silent) {
                silent = true;
                for (Map.Entry<String, WireClient> client : List.copyOf(clients.entrySet())) {
                    try {
                        Packet packet = client.getValue().receiveWithin(quietMs);
                        note(client.getKey(), packet);
                        silent = false;
                    } catch (SocketTimeoutException nothing) {
                        // The next client is asked.
                    }
                }
            }
            heard.subList(before, heard.size())
                    .sort(Comparator.comparing(text -> text.substring(0, text.indexOf(' '))));
        }

        private void note(String who, Packet packet) {
            if (packet == null) {
                clients.remove(who);
                heard.add(who + " closed");
                return;
            }
            if (packet.type() == 3 || packet.type() == 6) {
                lastIds.put(who, packet.id());
            }
            // The server's packet ids are its own affair.
            String text = packet.type() == 6 ? "PUBREL" : packet.toString();
            heard.add(who + ' ' + text.replace(topic, "TT"));
        }
    }
}
