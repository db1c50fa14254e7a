package io.forebay.simulator.ledger;

import java.util.ArrayList;
import java.util.List;

/**
 * Stretches of messages of one lane that were acknowledged and have not arrived.
 *
 * @param gaps how many stretches
 * @param lanes how many lanes have any
 * @param longest messages in the longest
 * @param examples some of the messages, for the person who has to look for them
 */
public record Gaps(long gaps, long lanes, long longest, List<String> examples) {
    public static final Gaps NONE = new Gaps(0, 0, 0, List.of());

    /** Goes through the lanes once. Owned by the ledger that searches. */
    static final class Search {
        private final int examplesMax;
        private final List<String> examples = new ArrayList<>();
        private long gaps;
        private long lanes;
        private long longest;

        Search(int examplesMax) {
            this.examplesMax = examplesMax;
        }

        void lane(Lane lane, int device, int topic) {
            if (lane.awaited == 0) {
                return;
            }
            lanes++;
            long length = 0;
            for (long sequence = 0; sequence < lane.published; sequence++) {
                // What was never acknowledged, or has no acknowledgement, neither makes a gap nor ends one.
                boolean lost = lane.settled(sequence) && !lane.arrived(sequence);
                if (lost) {
                    gaps += length == 0 ? 1 : 0;
                    longest = Math.max(longest, ++length);
                    example(device, topic, sequence);
                } else if (lane.arrived(sequence)) {
                    length = 0;
                }
            }
        }

        private void example(int device, int topic, long sequence) {
            if (examples.size() < examplesMax) {
                examples.add("device " + device + " topic " + topic + " message " + sequence);
            }
        }

        Gaps result() {
            return new Gaps(gaps, lanes, longest, List.copyOf(examples));
        }
    }
}
