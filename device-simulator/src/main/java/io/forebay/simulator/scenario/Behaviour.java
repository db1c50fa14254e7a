package io.forebay.simulator.scenario;

import java.time.Duration;
import java.util.Locale;

/**
 * What the devices of a fleet do wrong.
 *
 * @param misbehaviour what
 * @param startsAt when the first misdeeds are, from the beginning of the first phase
 * @param every from one misdeed of a device to its next
 * @param bytes OVERSIZED: size of the packet; SLOW_READER: bytes read per second
 * @param stormEvery how often devices drop their connections and come back at once; zero: never
 * @param stormShare how many of them do, 0 to 1
 * @param clockSkew how far the clock of a device may be off in its timestamps, either way
 */
public record Behaviour(
        Misbehaviour misbehaviour,
        Duration startsAt,
        Duration every,
        int bytes,
        Duration stormEvery,
        double stormShare,
        Duration clockSkew) {
    /** What a device does instead of what it should. */
    public enum Misbehaviour {
        NONE,
        /** Connects and then says nothing any more, and does not close. */
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

        /** What a scenario need not say: more than a broker takes, or less than anybody sends. */
        int bytes() {
            return this == SLOW_READER ? 1 << 10 : 4 << 20;
        }

        /** What they do, behind how many they are. */
        public String inWords() {
            return switch (this) {
                case NONE -> "publish";
                case HALF_OPEN -> "connect and fall silent";
                case SLOW_READER -> "subscribe and read slowly";
                case DUPLICATE_CLIENT_ID -> "take client ids of others";
                case OVERSIZED -> "publish what is too large";
                case MALFORMED -> "send what is not MQTT";
            };
        }

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    public static final Behaviour GOOD = new Behaviour(
            Misbehaviour.NONE,
            Duration.ZERO,
            Duration.ofSeconds(5),
            Misbehaviour.NONE.bytes(),
            Duration.ZERO,
            1,
            Duration.ZERO);

    Behaviour scaled(double time) {
        return new Behaviour(
                misbehaviour,
                Scenario.times(startsAt, time),
                every,
                bytes,
                Scenario.times(stormEvery, time),
                stormShare,
                clockSkew);
    }
}
