package io.forebay.gateway.mqtt;

import java.util.HashMap;
import java.util.Map;

/**
 * The topic aliases that we set at one device: its first topics get one each, as far as it allows; further topics have
 * none (MQTT-3.1.2-26). Owned by the connection's event loop.
 */
final class OutboundAliases {
    static final int NONE = 0;

    private final int aliasMax;
    private final Map<String, Integer> aliases = new HashMap<>();

    OutboundAliases(int aliasMax) {
        this.aliasMax = aliasMax;
    }

    /** @return the alias that the device knows for this topic, or NONE */
    int known(String topic) {
        return aliasMax == 0 ? NONE : aliases.getOrDefault(topic, NONE);
    }

    /** @return an alias that is still free, or NONE; it is used up by {@link #set} only */
    int free() {
        return aliases.size() < aliasMax ? aliases.size() + 1 : NONE;
    }

    /** The device is being told. */
    void set(String topic, int alias) {
        aliases.put(topic, alias);
    }
}
