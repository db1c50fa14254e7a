package io.forebay.gateway;

import io.forebay.bridge.Bridge;
import io.forebay.bridge.ShareConfig;
import io.forebay.gateway.mqtt.AmqpSide;
import io.forebay.gateway.mqtt.ProtocolConfig;
import io.forebay.storage.AckLevel;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

/** What the MQTT side asks of the bridge. Any thread. */
record BridgeSide(Bridge bridge, Function<String, Optional<AckLevel>> levels, boolean wantsUsernames)
        implements AmqpSide {
    @Override
    public Optional<AckLevel> ackLevel(String topic) {
        return levels.apply(topic);
    }

    @Override
    public Optional<ProtocolConfig.WhenLogFull> whenFull(String clientId, String username, String topic) {
        return bridge.whenFull(clientId, username, topic)
                .map(when -> when == ShareConfig.WhenFull.REFUSE
                        ? ProtocolConfig.WhenLogFull.REFUSE
                        : ProtocolConfig.WhenLogFull.PAUSE);
    }

    @Override
    public Runnable awaitRoom(String clientId, String username, String topic, Runnable told) {
        return bridge.awaitRoom(clientId, username, topic, told);
    }

    @Override
    public Runnable awaitSettled(String clientId, String username, String topic, long before, Consumer<Boolean> told) {
        return bridge.awaitSettled(clientId, username, topic, before, told);
    }
}
