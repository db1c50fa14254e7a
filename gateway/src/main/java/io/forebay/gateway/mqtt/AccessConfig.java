package io.forebay.gateway.mqtt;

import io.forebay.gateway.security.DenyList;
import java.util.List;

/**
 * Which topics no device may use; forebay.yaml says what each key means.
 *
 * @param deniedPublish what happens to a denied PUBLISH of a device that cannot be told so, before MQTT 5
 * @param deniedSubscribe what SUBACK says to a device of MQTT 5
 */
public record AccessConfig(
        DenyList denyPublish, DenyList denySubscribe, DeniedPublish deniedPublish, DeniedSubscribe deniedSubscribe) {

    /** What a device before MQTT 5 sees. */
    public enum DeniedPublish {
        ACKNOWLEDGE,
        DISCONNECT
    }

    /** How much a device of MQTT 5 learns. */
    public enum DeniedSubscribe {
        /** 0x80: that it is refused, and not why. */
        UNSPECIFIED_ERROR,
        /** 0x87: that it is denied. */
        NOT_AUTHORIZED
    }

    /** As forebay.yaml has them. */
    public static final AccessConfig DEFAULT = new AccessConfig(
            new DenyList(List.of("$SYS/#")),
            DenyList.NONE,
            DeniedPublish.ACKNOWLEDGE,
            DeniedSubscribe.UNSPECIFIED_ERROR);
}
