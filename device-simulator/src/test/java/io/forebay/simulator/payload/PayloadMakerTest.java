package io.forebay.simulator.payload;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.forebay.simulator.ledger.Stamp;
import io.forebay.simulator.scenario.PayloadSpec;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class PayloadMakerTest {
    private static final long NOON_US = 1_795_000_000_000_000L;

    @Test
    void everySizeOfARangeComesUpAndAResendHasTheSame() {
        PayloadMaker maker = PayloadMaker.of(PayloadSpec.binary(40, 50), 3, 99, 0);
        TreeSet<Integer> sizes = new TreeSet<>();
        for (long sequence = 0; sequence < 500; sequence++) {
            byte[] payload = maker.make(stamp(sequence));
            sizes.add(payload.length);
            assertArrayEquals(payload, maker.make(stamp(sequence)));
        }

        assertEquals(11, sizes.size());
        assertTrue(maker.repeatable());
    }

    @Test
    void aTemplateStaysJsonAndCarriesItsStamp() {
        PayloadMaker maker = template(
                "{\"n\": ${counter}, \"id\": \"d-${device}/${topic}\", \"at\": \"${timestamp}\", \"t\": ${sine 20 5 60s},"
                        + " \"h\": ${walk 50 0.5 40 60}, \"r\": ${random -1 1}}",
                0);

        for (long sequence = 0; sequence < 200; sequence++) {
            byte[] payload = maker.make(stamp(sequence));
            JsonObject json = new JsonObject(new String(payload, StandardCharsets.UTF_8));
            assertEquals(sequence, json.getLong("n"));
            assertEquals("d-7/2", json.getString("id"));
            assertEquals("2026-11-18T11:06:40Z", json.getString("at"));
            assertTrue(Math.abs(json.getDouble("t") - 20) <= 5);
            assertTrue(json.getDouble("h") >= 40 && json.getDouble("h") <= 60);
            assertEquals(new Stamp.Reading(stamp(sequence), true), Stamp.read(payload, 0, payload.length));
        }
    }

    @Test
    void aWrongClockShowsInTheTimestampOnly() {
        byte[] payload = template("${millis}", 60_000_000).make(stamp(0));

        assertTrue(new String(payload, StandardCharsets.UTF_8).startsWith("1795000060000 fb1."));
        assertEquals(stamp(0), Stamp.read(payload, 0, payload.length).stamp());
    }

    @Test
    void rowsAreReplayedOverAndOver() {
        PayloadSpec rows = new PayloadSpec(PayloadSpec.Kind.CSV, 0, 0, "", List.of("1,2", "3,4", "5,6"));
        PayloadMaker maker = PayloadMaker.of(rows, 0, 1, 0);

        assertTrue(text(maker, 0).startsWith("3,4,fb1."));
        assertTrue(text(maker, 1).startsWith("5,6,fb1."));
        assertTrue(text(maker, 2).startsWith("1,2,fb1."));
    }

    private static String text(PayloadMaker maker, long sequence) {
        return new String(maker.make(stamp(sequence)), StandardCharsets.UTF_8);
    }

    private static PayloadMaker template(String text, long skewUs) {
        PayloadSpec spec = new PayloadSpec(PayloadSpec.Kind.TEMPLATE, 0, 0, text, List.of());
        return PayloadMaker.of(spec, 7, 5, skewUs);
    }

    private static Stamp stamp(long sequence) {
        return new Stamp(1, 7, 2, sequence, NOON_US);
    }
}
