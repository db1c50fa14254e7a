package io.forebay.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.forebay.bridge.BridgeStatus;
import io.forebay.bridge.downlink.DownlinkStatus;
import io.forebay.gateway.ops.Health;
import io.forebay.gateway.session.SessionStatus;
import io.forebay.storage.Forecast;
import io.forebay.storage.LogState;
import io.forebay.storage.LogStatus;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class HealthReportTest {
    private static final long WARN_BELOW_S = 14_400;
    private static final SessionStatus SESSIONS = new SessionStatus(0, 0, 0, 0, 0, 0, 0, 0, 0, true, "");
    private static final BridgeStatus BRIDGE =
            new BridgeStatus(true, 0, "", 0, 0, 0, 0, 0, 0, 0, 0, 0, List.of(), 0, 0, 0);
    private static final DownlinkStatus DOWNLINK = new DownlinkStatus(true, 0, "", 0, 0, 0, List.of());

    private static Health health(LogState log, Forecast forecast) {
        return health(LogStatus.of(log), forecast, List.of());
    }

    private static Health health(LogStatus log, Forecast forecast) {
        return health(log, forecast, List.of());
    }

    private static Health health(LogState log, Forecast forecast, List<String> fullRoutes) {
        return health(LogStatus.of(log), forecast, fullRoutes);
    }

    private static Health health(LogStatus log, Forecast forecast, List<String> fullRoutes) {
        return health(log, forecast, fullRoutes, BRIDGE);
    }

    private static Health health(LogStatus log, Forecast forecast, List<String> fullRoutes, BridgeStatus bridge) {
        return new HealthReport(
                        log,
                        forecast,
                        WARN_BELOW_S,
                        SESSIONS,
                        bridge,
                        fullRoutes,
                        Map.of("default", bridge),
                        DOWNLINK,
                        List.of())
                .health();
    }

    @Test
    void logThatFillsUpSoonIsToldInWordsAndDevicesMayStillCome() {
        Health soon = health(LogState.OPEN, new Forecast(11_520, 1_000));

        assertTrue(soon.ready());
        assertEquals(List.of("At the present rate the buffer lasts 3 h 12 m."), soon.remarks());
        assertEquals(List.of(), health(LogState.OPEN, Forecast.NONE).remarks());
    }

    @Test
    void howLongTheBufferLastsIsToldWhileTheBrokerIsAwayHoweverLongItIs() {
        Forecast days = new Forecast(3 * 86_400, 1_000);
        BridgeStatus away = new BridgeStatus(false, 0, "gone", 0, 0, 0, 0, 0, 0, 0, 0, 0, List.of(), 0, 0, 0);

        assertEquals(List.of(), health(LogState.OPEN, days).remarks());
        assertEquals(
                List.of("At the present rate the buffer lasts 3 d 0 h.", "The AMQP broker is not connected: gone"),
                health(LogStatus.of(LogState.OPEN), days, List.of(), away).remarks());
        assertEquals(
                List.of("The AMQP broker is not connected: gone"),
                health(LogStatus.of(LogState.OPEN), Forecast.NONE, List.of(), away)
                        .remarks());
    }

    @Test
    void routeThatHasItsShareIsNamedAndDevicesMayStillCome() {
        Health health = health(LogState.OPEN, Forecast.NONE, List.of("a/#"));

        assertTrue(health.ready());
        assertEquals(List.of("The route a/# has its share of the log."), health.remarks());
    }

    @Test
    void fullLogIsToldWithoutAForecast() {
        Health full = health(LogState.FULL, new Forecast(0, 0));

        assertEquals(List.of("The log is FULL and takes no messages."), full.remarks());
    }

    @Test
    void diskThatFailsIsToldAndARestartIsNotAskedFor() {
        Health healing =
                health(new LogStatus(LogState.HEALING, "a sync has failed: Input/output error", 3, 0), Forecast.NONE);

        assertTrue(healing.alive());
        assertFalse(healing.ready());
        assertEquals(
                List.of("The disk of the log fails, messages wait until it takes them: a sync has failed: "
                        + "Input/output error."),
                healing.remarks());
    }

    @Test
    void whatCouldNotBeReadIsToldAndDevicesMayStillCome() {
        Health damaged = health(new LogStatus(LogState.OPEN, "", 0, 7), Forecast.NONE);

        assertTrue(damaged.ready());
        assertEquals(
                List.of("7 positions of the log were unreadable since the start, see the log."), damaged.remarks());
    }
}
