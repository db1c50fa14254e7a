package io.forebay.gateway.mqtt.codec;

/**
 * What a decoder takes.
 *
 * @param packetBytesMax the largest packet, its header included; a larger one is refused with 0x95
 * @param connectBytesMax the same for CONNECT, and for what follows it where the device has to prove who it is: nobody
 *     knows yet who is talking
 * @param filtersMax how many topic filters one packet may have; more are refused with 0x97
 * @param controlCharacters whether client ids, user names, topic names and filters may contain control characters and
 *     non-characters: a receiver may take them or not (MQTT 5 section 1.5.4)
 */
public record DecoderLimits(int packetBytesMax, int connectBytesMax, int filtersMax, boolean controlCharacters) {
    private static final int FILTERS_MAX = 10_000;

    public DecoderLimits {
        connectBytesMax = Math.min(connectBytesMax, packetBytesMax);
    }

    /** As many filters as anybody will ever need. */
    public static DecoderLimits of(int packetBytesMax, int connectBytesMax, boolean controlCharacters) {
        return new DecoderLimits(packetBytesMax, connectBytesMax, FILTERS_MAX, controlCharacters);
    }
}
