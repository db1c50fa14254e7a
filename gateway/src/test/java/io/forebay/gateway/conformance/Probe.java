package io.forebay.gateway.conformance;

import java.io.IOException;

/**
 * One connection, one thing said, and what came back.
 *
 * @param connects whether the packet is the CONNECT itself
 */
record Probe(String name, int level, boolean connects, String packet) {

    /** What the broker answers, up to the answer to a ping that follows, or the end. */
    String answer(Broker broker) throws IOException {
        try (WireClient client = connects ? broker.open(level) : broker.connect(level)) {
            client.send(packet, Packets.PINGREQ);
            StringBuilder answer = new StringBuilder();
            String last = "";
            while (!last.equals("closed") && !last.equals("PINGRESP")) {
                last = client.next();
                answer.append(answer.isEmpty() ? "" : ", ").append(last);
            }
            return answer.toString();
        } catch (AssertionError silent) {
            return "silence";
        }
    }
}
