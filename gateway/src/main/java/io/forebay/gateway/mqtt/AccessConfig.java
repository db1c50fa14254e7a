package io.forebay.gateway.mqtt;

/**
 * How a device learns that it may not; forebay.yaml says what each key means.
 *
 * @param deniedPublish what happens to a denied PUBLISH of a device that cannot be told so, before MQTT 5
 * @param deniedSubscribe what SUBACK says to a device of MQTT 5
 */
public record AccessConfig(DeniedPublish deniedPublish, DeniedSubscribe deniedSubscribe) {

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
    public static final AccessConfig DEFAULT =
            new AccessConfig(DeniedPublish.ACKNOWLEDGE, DeniedSubscribe.NOT_AUTHORIZED);
}
