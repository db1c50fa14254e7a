package io.forebay.gateway.mqtt;

import io.vertx.core.Context;
import java.util.concurrent.TimeUnit;

/** Ends a connection when what proves who the device is expires. Owned by the connection's event loop. */
final class ConnectTime {
    private static final long NONE = -1;
    /** A timer may not be set for the centuries that some proofs are valid; it is set again then. */
    private static final long TIMER_MS_MAX = TimeUnit.DAYS.toMillis(1);

    private final Context context;
    private final Runnable over;
    private long timer = NONE;

    /** @param over ends the connection */
    ConnectTime(Context context, Runnable over) {
        this.context = context;
        this.over = over;
    }

    /** @param untilMs since 1970 */
    void limit(long untilMs) {
        end();
        if (untilMs == Long.MAX_VALUE) {
            return;
        }
        long leftMs = untilMs - System.currentTimeMillis();
        timer = context.owner().setTimer(Math.max(1, Math.min(leftMs, TIMER_MS_MAX)), id -> {
            timer = NONE;
            if (untilMs <= System.currentTimeMillis()) {
                over.run();
            } else {
                limit(untilMs);
            }
        });
    }

    /** The connection is gone. */
    void end() {
        if (timer != NONE) {
            boolean unused = context.owner().cancelTimer(timer);
            timer = NONE;
        }
    }
}
