package io.forebay.simulator.payload;

import io.forebay.simulator.ledger.Stamp;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Rows of a file, one after the other and over again, with the stamp as their last column. Immutable. */
record CsvPayload(List<String> rows, long seed) implements PayloadMaker {
    private static final byte[] NOTHING = new byte[0];

    @Override
    public byte[] make(Stamp stamp) {
        int row = (int) Math.floorMod(seed + stamp.sequence(), (long) rows.size());
        return stamp.toText((rows.get(row) + ",").getBytes(StandardCharsets.UTF_8), NOTHING);
    }

    @Override
    public boolean repeatable() {
        return true;
    }
}
