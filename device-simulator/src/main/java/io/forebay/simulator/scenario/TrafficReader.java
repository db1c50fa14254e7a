package io.forebay.simulator.scenario;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads what a fleet of a scenario file publishes. Owned by the thread that reads. */
final class TrafficReader {
    private static final Pattern SIZES = Pattern.compile("(.+?) to (.+)");
    private static final int CSV_ROWS_MAX = 1_000_000;
    private static final int TEMPLATE_MAX = 64 << 10;
    private static final int TOPICS_MAX = 10_000;
    private static final Duration SHORTEST = Duration.ofMillis(10);

    private final Path directory;

    TrafficReader(Path directory) {
        this.directory = directory;
    }

    TrafficSpec read(Section section) {
        TrafficSpec traffic = new TrafficSpec(
                section.integer("topics", 1, TOPICS_MAX, 1),
                section.text("topic", TrafficSpec.TOPIC_TEMPLATE),
                qos(section),
                section.flag("retain", false),
                payload(section),
                rate(section),
                section.integer("messages", 0, Integer.MAX_VALUE, 0),
                section.integer("window", 1, TrafficSpec.WINDOW_MAX, 16),
                section.texts("subscribe"),
                section.text("answer", ""));
        if (!TrafficSpec.tellsDevicesApart(traffic.topic())) {
            section.expected("topic", "a template with {device} in it, so that each device has a topic of its own");
        }
        noWildcards(section, "topic", traffic.topic());
        noWildcards(section, "answer", traffic.answer());
        if (traffic.answers() && traffic.subscriptions().isEmpty()) {
            section.mistake("answer", "needs subscribe: what is answered");
        }
        return traffic;
    }

    private static void noWildcards(Section section, String key, String topic) {
        if (topic.contains("+") || topic.contains("#")) {
            section.expected(key, "a topic without + and #");
        }
    }

    private static QosShares qos(Section section) {
        if (!section.has("qos")) {
            return QosShares.only(1);
        }
        if (section.isPlain("qos")) {
            String text = section.text("qos", "1");
            if (text.equals("mix")) {
                return QosShares.MIX;
            }
            if (!text.matches("[012]")) {
                section.expected("qos", "0, 1, 2, mix, or shares such as {0: 20%, 1: 80%}");
                return QosShares.only(1);
            }
            return QosShares.only(Integer.parseInt(text));
        }
        Section shares = section.section("qos");
        int[] percent = new int[3];
        for (int qos = 0; qos < percent.length; qos++) {
            percent[qos] = (int) Math.round(100 * shares.share(Integer.toString(qos), 1, 0));
        }
        shares.done();
        if (percent[0] + percent[1] + percent[2] != 100) {
            section.mistake("qos", "must have shares that add up to 100%");
        }
        return QosShares.percent(percent);
    }

    private PayloadSpec payload(Section section) {
        PayloadSpec normal = PayloadSpec.binary(200, 200);
        if (!section.has("payload")) {
            return normal;
        }
        Section payload = section.section("payload");
        PayloadSpec read = normal;
        if (payload.has("template")) {
            read = template(payload);
        } else if (payload.has("csv")) {
            read = csv(payload);
        } else {
            read = binary(payload, normal);
        }
        payload.done();
        return read;
    }

    private static PayloadSpec binary(Section payload, PayloadSpec normal) {
        String text = payload.required("size", "such as 200 or 100 to 4KiB; or template or csv instead");
        Matcher range = SIZES.matcher(text);
        boolean isRange = range.matches();
        int min = size(isRange ? range.group(1) : text);
        int max = isRange ? size(range.group(2)) : min;
        if (min < PayloadSpec.BYTES_MIN || max > PayloadSpec.BYTES_MAX || max < min) {
            payload.expected("size", "a size, or two as in '100 to 4KiB', from 40 to 1MiB");
            return normal;
        }
        return PayloadSpec.binary(min, max);
    }

    private static int size(String text) {
        return Quantity.BYTES.parse(text).map(Double::intValue).orElse(-1);
    }

    private static PayloadSpec template(Section payload) {
        String text = payload.text("template", "");
        Template.mistakeIn(text).ifPresent(mistake -> payload.mistake("template", mistake));
        if (text.length() > TEMPLATE_MAX) {
            payload.mistake("template", "is longer than " + TEMPLATE_MAX + " characters");
        }
        return new PayloadSpec(PayloadSpec.Kind.TEMPLATE, 0, 0, text, List.of());
    }

    private PayloadSpec csv(Section payload) {
        List<String> rows = List.of();
        try {
            rows = Files.readAllLines(directory.resolve(payload.text("csv", ""))).stream()
                    .filter(row -> !row.isBlank())
                    .limit(CSV_ROWS_MAX)
                    .toList();
        } catch (IOException unreadable) {
            payload.expected("csv", "a file that can be read");
        }
        if (payload.flag("header", true) && !rows.isEmpty()) {
            rows = rows.subList(1, rows.size());
        }
        if (rows.isEmpty()) {
            payload.mistake("csv", "has no row to replay");
        }
        return new PayloadSpec(PayloadSpec.Kind.CSV, 0, 0, "", rows);
    }

    private static RateSpec rate(Section section) {
        if (!section.has("rate")) {
            return RateSpec.AS_ACKNOWLEDGED;
        }
        if (section.isPlain("rate")) {
            return RateSpec.of(RateSpec.Kind.CONSTANT, perSecond(section, "rate", 1));
        }
        Section rate = section.section("rate");
        RateSpec.Kind kind = rate.choice("kind", RateSpec.Kind.class, RateSpec.Kind.CONSTANT);
        double perSecond = rate.has("per-device")
                ? perSecond(rate, "per-device", 1) * section.integer("devices", 1, 1 << 20, 1)
                : perSecond(rate, "per-second", 1);
        RateSpec read =
                switch (kind) {
                    case AS_ACKNOWLEDGED, CONSTANT, POISSON -> RateSpec.of(kind, perSecond);
                    case BURSTS -> bursts(rate, perSecond);
                    case DAY -> day(rate, perSecond);
                };
        rate.done();
        return read;
    }

    /** Never nothing: what has no messages at all never ends. */
    private static double perSecond(Section section, String key, double otherwise) {
        return section.rate(key, RateSpec.PER_SECOND_MIN, RateSpec.PER_SECOND_MAX, otherwise);
    }

    private static RateSpec bursts(Section rate, double perSecond) {
        Duration every = rate.duration("every", SHORTEST, ScenarioReader.LONGEST, Duration.ofMinutes(1));
        Duration length = rate.duration("for", SHORTEST, every, Duration.ofSeconds(5));
        double burst = perSecond(rate, "burst", 10 * perSecond);
        return new RateSpec(RateSpec.Kind.BURSTS, perSecond, burst, every, length, List.of());
    }

    private static RateSpec day(Section rate, double perSecond) {
        Duration day = rate.duration("day", Duration.ofSeconds(1), ScenarioReader.LONGEST, Duration.ofHours(24));
        List<Double> shares = rate.texts("curve").stream()
                .map(text ->
                        Quantity.SHARE.parse(text).map(share -> 100 * share).orElse(-1.0))
                .toList();
        if (shares.size() < 2 || shares.stream().anyMatch(share -> share < 0)) {
            rate.mistake("curve", "must be a list of at least two shares over the day, such as [10%, 60%, 100%, 40%]");
            shares = List.of(100.0, 100.0);
        }
        return new RateSpec(RateSpec.Kind.DAY, perSecond, 0, day, Duration.ZERO, shares);
    }
}
