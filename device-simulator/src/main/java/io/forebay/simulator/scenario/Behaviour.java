package io.forebay.simulator.scenario;

import java.time.Duration;
import java.util.Locale;

/**
 * What the devices of a fleet do wrong.
 *
 * @param misbehaviour what
 * @param every from one misdeed of a device to its next
 * @param bytes OVERSIZED: size of the packet; SLOW_READER: bytes read per second
 * @param stormEvery how often devices drop their connections and come back at once; zero: never
 * @param stormShare how many of them do, 0 to 1
 * @param clockSkew how far the clock of a device may be off in its timestamps, either way
 */
public record Behaviour(
        Misbehaviour misbehaviour,
        Duration every,
        int bytes,
        Duration stormEvery,
        double stormShare,
        Duration clockSkew) {
    /** What a device does instead of what it should. */
    public enum Misbehaviour {
        NONE,
        /** Connects and then neither reads nor writes nor closes. */
        HALF_OPEN,
        /** Subscribes and reads next to nothing. */
        SLOW_READER,
        /** Connects under the client id of a device of another fleet. */
        DUPLICATE_CLIENT_ID,
        /** Publishes a packet larger than any broker takes. */
        OVERSIZED,
        /** Sends what is not MQTT, or not allowed in it. */
        MALFORMED;

        public boolean publishes() {
            return this == NONE;
        }

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    public static final Behaviour GOOD =
            new Behaviour(Misbehaviour.NONE, Duration.ofSeconds(5), 4 << 20, Duration.ZERO, 1, Duration.ZERO);
}
