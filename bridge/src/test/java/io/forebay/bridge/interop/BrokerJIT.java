package io.forebay.bridge.interop;

import java.io.IOException;

/** Apache Qpid Broker-J. */
class BrokerJIT extends AmqpBrokerClaims {
    BrokerJIT() throws IOException {
        super(new BrokerJ());
    }
}
