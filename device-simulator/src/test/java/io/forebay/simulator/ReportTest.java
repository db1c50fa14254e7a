package io.forebay.simulator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.forebay.simulator.ledger.Gaps;
import io.forebay.simulator.ledger.Latency;
import io.forebay.simulator.ledger.Tally;
import io.forebay.simulator.report.Story;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReportTest {
    private static final FleetLoad LOAD = FleetLoad.of(50, 200, QosMix.MIX);

    @Test
    void aCleanRunReadsLikeThis() {
        String text = report(LOAD, clean(), List.of()).toString();

        assertEquals("""
                50 devices, 1 topic each, QoS 0, 1 and 2 mixed, 200 bytes, as fast as they are acknowledged
                received over AMQP 1.0, run 000000000000beef

                  published               10 000  in 2.5 s (4 000/s)
                  acknowledged             6 667  of 6 667 at QoS 1 and 2
                  arrived                 10 000  in 2.6 s (3 846/s)
                  lost                         0  acknowledged and never arrived
                  duplicated                   0  arrived again
                  out of order                 0  arrived after a later one of their topic
                  acknowledged in  p50 850 µs   p99 12.3 ms   max 1.2 s
                  arrived in       p50 850 µs   p99 12.3 ms   max 1.2 s

                OK: every acknowledged message arrived, in the order of its topic.
                """, text);
    }

    @Test
    void lostMessagesMakeItFailWithExamples() {
        Tally tally = new Tally(100, 0, 100, 0, 0, 97, 0, 3, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0);

        Report report = report(LOAD, tally, List.of("device 1 topic 0 message 7"));

        assertEquals(Report.EXIT_BROKEN_PROMISE, report.exitCode());
        assertEquals(
                "FAILED: 3 acknowledged and never arrived, 1 arrived after a later one of the same topic.",
                report.verdict());
        assertTrue(report.toString().contains("  for example      device 1 topic 0 message 7\n"), report::toString);
    }

    @Test
    void nothingAtAllIsNoCleanRun() {
        Tally nothing = new Tally(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);

        assertFalse(report(LOAD, nothing, List.of()).clean());
    }

    @Test
    void repeatsWithAnExcuseAreNotHeldAgainstIt() {
        Tally excused = new Tally(10, 0, 10, 0, 2, 10, 0, 0, 0, 0, 5, 2, 0, 1, 0, 0, 4, 0);
        Tally unexcused = new Tally(10, 0, 10, 0, 0, 10, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0);

        assertEquals(Report.EXIT_CLEAN, report(LOAD, excused, List.of()).exitCode());
        assertTrue(report(LOAD, excused, List.of())
                .toString()
                .contains("8  5 with the same message-id, 2 sent twice by the device, 1 without a message-id\n"));
        assertEquals(
                Report.EXIT_BROKEN_PROMISE, report(LOAD, unexcused, List.of()).exitCode());
    }

    @Test
    void atQosZeroNothingIsPromised() {
        Tally tally = new Tally(10, 10, 0, 0, 0, 4, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
        Report report = report(FleetLoad.of(1, 10, QosMix.QOS_0), tally, List.of());

        assertTrue(report.clean());
        assertTrue(report.verdict().contains("nothing is promised"));
        assertTrue(report.toString().contains("  QoS 0 missing                6  nobody promised these\n"));
    }

    private static Tally clean() {
        return new Tally(10_000, 3_333, 6_667, 0, 0, 10_000, 3_333, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
    }

    private static Report report(FleetLoad load, Tally tally, List<String> examples) {
        SimulationConfig config = new SimulationConfig(
                MqttTarget.of("m", 1), AmqpTarget.of("a", 2, "uplink"), load, SimulationConfig.SETTLE);
        Latency latency = new Latency(1, 850, 12_345, 20_000, 1_234_567);
        return new Report(
                0xBEEF,
                RunTitle.of(RunPlan.of(config)),
                tally,
                new Gaps(0, 0, 0, examples),
                latency,
                latency,
                2_500,
                2_600,
                false,
                false,
                Trouble.NONE,
                Story.NONE);
    }
}
