package io.forebay.gateway.conformance;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.BufferUnderflowException;
import java.util.ArrayList;
import java.util.List;

/**
 * One connection, one thing said, and what came back.
 *
 * @param connects whether the packet is the CONNECT itself
 */
record Probe(String name, int level, boolean connects, String packet) {

    private static final int QUIET_MS = 300;

    /**
     * What the broker answers, and then to a ping, or that it closes.
     *
     * @param patience how many times as long as usual nothing may come before nothing more is expected
     */
    String answer(Broker broker, int patience) throws IOException {
        try (WireClient client = connects ? broker.open(level) : broker.connect(level)) {
            client.send(packet, Packets.PINGREQ);
            List<String> answers = new ArrayList<>();
            boolean pinged = false;
            while (true) {
                String next = pinged ? nextWithin(client, patience * QUIET_MS) : client.next();
                if (next.equals("PINGRESP")) {
                    pinged = true; // It may overtake what waits for the disk.
                } else if (!next.isEmpty()) {
                    answers.add(next);
                }
                if (next.isEmpty() || next.equals("closed")) {
                    break;
                }
            }
            if (pinged) {
                answers.add("PINGRESP");
            }
            return String.join(", ", answers);
        } catch (AssertionError silent) {
            return "silence";
        } catch (BufferUnderflowException anotherLevel) {
            return "a packet of another level";
        }
    }

    private static String nextWithin(WireClient client, int quietMs) throws IOException {
        try {
            Packet packet = client.receiveWithin(quietMs);
            return packet == null ? "closed" : packet.toString();
        } catch (SocketTimeoutException quiet) {
            return "";
        }
    }
}
