package io.forebay.gateway.config;

import io.forebay.bridge.ShareConfig;
import io.forebay.bridge.ShareConfig.WhenFull;
import io.forebay.gateway.mqtt.ProtocolConfig.WhenLogFull;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads what the log may keep for a route: {@code share-max} and {@code when-full}, its own or those of {@code amqp}. */
final class ShareSettings {
    private static final String SHARE = "share-max";
    private static final String WHEN = "when-full";
    private static final Pattern PERCENT = Pattern.compile("(\\d{1,3}) ?%");

    private final Settings settings;

    ShareSettings(Settings settings) {
        this.settings = settings;
    }

    /** What a route has that says nothing else. */
    ShareConfig usual() {
        try {
            return share(settings.text("amqp." + SHARE), usualWhenFull());
        } catch (IllegalArgumentException wrong) {
            settings.mistake("amqp." + SHARE, wrong.getMessage());
            return ShareConfig.ALL;
        }
    }

    /** Throws {@link IllegalArgumentException} if the route says what cannot be. */
    ShareConfig of(Map<String, String> route) {
        String when = route.get(WHEN);
        WhenFull whenFull = when == null ? usualWhenFull() : whenFull(when);
        ShareConfig share = share(route.getOrDefault(SHARE, settings.text("amqp." + SHARE)), whenFull);
        if (whenFull == WhenFull.DROP_OLDEST && when != null && share.segmentsMax() == Integer.MAX_VALUE) {
            throw new IllegalArgumentException("when-full: drop-oldest needs a share-max below 100 %");
        }
        return share;
    }

    private WhenFull usualWhenFull() {
        String text = settings.text("amqp." + WHEN);
        if (text.equals("auto")) {
            boolean refuse = settings.choice("mqtt.when-log-full", WhenLogFull.class) == WhenLogFull.REFUSE;
            return refuse ? WhenFull.REFUSE : WhenFull.PAUSE;
        }
        try {
            return whenFull(text);
        } catch (IllegalArgumentException wrong) {
            settings.mistake("amqp." + WHEN, "must be auto or pause or refuse or drop-oldest, not '" + text + "'");
            return WhenFull.PAUSE;
        }
    }

    private static WhenFull whenFull(String text) {
        return switch (text) {
            case "pause" -> WhenFull.PAUSE;
            case "refuse" -> WhenFull.REFUSE;
            case "drop-oldest" -> WhenFull.DROP_OLDEST;
            default -> throw new IllegalArgumentException(WHEN + " cannot be '" + text + "'");
        };
    }

    /** Without an overflow, and without a rounding that costs a segment. */
    private static long percent(long bytes, int percent) {
        return bytes / 100 * percent + bytes % 100 * percent / 100;
    }

    private ShareConfig share(String text, WhenFull whenFull) {
        long segmentBytes = settings.size("log.segment-size", 1, Long.MAX_VALUE);
        long logBytes = settings.size("log.size-max", 1, Long.MAX_VALUE);
        Matcher percent = PERCENT.matcher(text);
        long bytes = percent.matches() ? percent(logBytes, Integer.parseInt(percent.group(1))) : Settings.bytes(text);
        if (bytes < 0 || (percent.matches() && Integer.parseInt(percent.group(1)) > 100)) {
            throw new IllegalArgumentException(SHARE + " must be a size or a part as '25 %', not '" + text + "'");
        }
        if (text.replace(" ", "").equals("100%")) {
            return new ShareConfig(Integer.MAX_VALUE, whenFull);
        }
        long segments = bytes / segmentBytes;
        if (segments < ShareConfig.SEGMENTS_MIN) {
            throw new IllegalArgumentException(SHARE + " must hold at least " + ShareConfig.SEGMENTS_MIN
                    + " segments (log.segment-size), and '" + text + "' does not");
        }
        return new ShareConfig((int) Math.min(segments, Integer.MAX_VALUE), whenFull);
    }
}
