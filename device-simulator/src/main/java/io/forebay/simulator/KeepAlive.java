package io.forebay.simulator;

import io.netty.handler.codec.mqtt.MqttMessage;

/**
 * Whether the broker is still there: asks with PINGREQ after half the keep alive without a packet (MQTT-3.1.2-24). Owned by
 * its device.
 */
final class KeepAlive {
    private static final long PING_TIMEOUT_MS = 20_000;

    private final long askAfterMs;
    private long heardAtMs;
    /** 0: nothing is asked. */
    private long askedAtMs;

    KeepAlive(int keepAliveSeconds) {
        askAfterMs = keepAliveSeconds * 500L;
    }

    /** Any packet will do. */
    void heard(long nowMs) {
        heardAtMs = nowMs;
        askedAtMs = 0;
    }

    /** To be called every few seconds while the device is online. */
    void look(MqttLink link, long nowMs) {
        if (askedAtMs != 0) {
            if (nowMs - askedAtMs > PING_TIMEOUT_MS) {
                link.close("it does not answer PINGREQ");
            }
        } else if (nowMs - heardAtMs > askAfterMs) {
            askedAtMs = nowMs;
            link.send(MqttMessage.PINGREQ);
        }
    }
}
