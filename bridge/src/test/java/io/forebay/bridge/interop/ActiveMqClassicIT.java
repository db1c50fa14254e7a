package io.forebay.bridge.interop;

import java.io.IOException;

/** Apache ActiveMQ Classic. */
class ActiveMqClassicIT extends AmqpBrokerClaims {
    ActiveMqClassicIT() throws IOException {
        super(new ActiveMqClassic());
    }
}
