package io.forebay.bridge;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.concurrent.atomic.LongAdder;

/** What each route holds of the log, in numbers. No state. */
final class ShareMeters {
    private static final String ROUTE = "route";

    private ShareMeters() {}

    static void register(MeterRegistry registry, Shares shares) {
        for (Shares.Share share : shares.all()) {
            Gauge.builder("forebay.bridge.share.bytes", share.bytes::get)
                    .description("Bytes in the log that are not settled")
                    .tag(ROUTE, share.name)
                    .register(registry);
            Gauge.builder("forebay.bridge.share.segments", share.segments::get)
                    .description("Segments of the log that are kept because of them")
                    .tag(ROUTE, share.name)
                    .register(registry);
            FunctionCounter.builder("forebay.bridge.dropped", share.dropped, LongAdder::doubleValue)
                    .description("Messages given up because their route had its share of the log")
                    .tag(ROUTE, share.name)
                    .register(registry);
        }
    }
}
