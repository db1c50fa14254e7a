package io.forebay.bridge.interop;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.forebay.bridge.downlink.DownlinkAddress;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/** Apache Qpid Broker-J. */
class BrokerJIT extends AmqpBrokerClaims {
    BrokerJIT() throws IOException {
        super(new BrokerJ());
    }

    @Test
    void whatIsRejectedForEverComesEverMoreSeldomAndOthersGoPast() throws Exception {
        listen(DownlinkAddress.of(BrokerJ.ENDLESS));
        long beganAt = System.nanoTime();
        try (JmsBackend backend = new JmsBackend(broker())) {
            backend.send(BrokerJ.ENDLESS, null, "without a topic");
            backend.send(BrokerJ.ENDLESS, "d1/do", "good");
        }
        eventually("the good one came", () -> count("accepted") == 1);
        eventually("the other one came again and again", () -> count("rejected") >= 4);

        // At once, after 0.25 to 0.5 s, after twice that.
        long tookMs = (System.nanoTime() - beganAt) / 1_000_000;
        assertTrue(tookMs >= 750, "4 deliveries in " + tookMs + " ms");
    }
}
