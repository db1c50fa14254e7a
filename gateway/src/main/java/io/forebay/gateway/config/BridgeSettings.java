package io.forebay.gateway.config;

import io.forebay.bridge.AmqpConfig;
import io.forebay.bridge.Backoff;
import io.forebay.bridge.BridgeConfig;
import io.forebay.bridge.BridgeLimits;
import io.forebay.bridge.MappingOptions;
import io.forebay.bridge.QuarantineLimits;
import io.forebay.bridge.Route;
import io.forebay.bridge.RouteOptions;
import io.forebay.bridge.SequenceConfig;
import io.forebay.bridge.TransactionConfig;
import io.forebay.gateway.mqtt.PresenceConfig;
import io.forebay.storage.AckLevel;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** Reads what concerns the way to the AMQP broker: {@code amqp}, {@code routes}, {@code default-address}. */
final class BridgeSettings {
    /** What a route may say otherwise than {@code amqp} does for all. */
    static final List<String> ROUTE_OPTIONS = List.of(
            "order",
            "lane-window",
            "rate-max",
            "on-rejected",
            "rejected-retries",
            "dead-letter",
            "ack-level",
            "profile",
            "annotations",
            "group-id",
            "duplicate-id",
            "lane-sequence",
            "share-max",
            "when-full");

    private static final int PORT_MAX = 65_535;
    private static final int MS_MAX = Integer.MAX_VALUE;
    private static final int DAYS_MAX = 100_000;
    private static final int COUNT_MAX = 100_000_000;

    /** Whether lanes with a backlog go in transactions. */
    private enum Transactions {
        AUTO,
        OFF
    }

    /** Whether {@code _AMQ_DUPL_ID} is set: of itself it is with the profile that has Artemis in mind. */
    private enum DuplicateId {
        AUTO,
        ON,
        OFF
    }

    private BridgeSettings() {}

    static BridgeConfig read(Settings settings, List<Map<String, String>> entries, PresenceConfig presence) {
        int unsettledMax = settings.integer("amqp.unsettled-max", 1, 1_000_000);
        int readAhead = settings.integer("amqp.read-ahead-messages", unsettledMax, COUNT_MAX);
        int rejectedMinMs = settings.integer("amqp.rejected-retry-min-ms", 1, MS_MAX);
        RouteOptions usual = options(settings, Map.of());
        TargetSettings targets = new TargetSettings(settings);
        Map<String, AmqpConfig> named = targets.named();
        return BridgeConfig.builder(targets.usual())
                .targets(named)
                .routes(routes(settings, entries, presence, named.keySet()))
                .defaultAddress(settings.text("default-address"))
                .defaultOptions(usual)
                .transactions(transactions(settings))
                .quarantine(new QuarantineLimits(
                        settings.integer("amqp.quarantine-messages-max", 0, COUNT_MAX),
                        settings.size("amqp.quarantine-size-max", 0, Long.MAX_VALUE)))
                .deadLettersBytesMax(settings.size("amqp.dead-letters-size-max", 0, Long.MAX_VALUE))
                .sequences(new SequenceConfig(
                        TimeUnit.DAYS.toMillis(settings.integer("amqp.sequence-idle-days", 1, DAYS_MAX)),
                        settings.integer("amqp.sequences-in-memory-max", 1, COUNT_MAX)))
                .limits(new BridgeLimits(
                        unsettledMax,
                        readAhead,
                        settings.size("amqp.read-ahead-size", readAhead, Long.MAX_VALUE),
                        settings.integer("amqp.lanes-max", 1, COUNT_MAX),
                        settings.integer("amqp.links-max", 1, PORT_MAX)))
                .outcomesKeptMax(settings.integer("amqp.outcomes-kept-max", 0, COUNT_MAX))
                .settleTimeoutMs(settings.integer("amqp.settle-timeout-s", 1, MS_MAX / 1_000) * 1_000L)
                .rejectedRetry(new Backoff(
                        rejectedMinMs, settings.integer("amqp.rejected-retry-max-ms", rejectedMinMs, MS_MAX)))
                .build();
    }

    private static TransactionConfig transactions(Settings settings) {
        return new TransactionConfig(
                settings.choice("amqp.transactions", Transactions.class) == Transactions.AUTO,
                settings.integer("amqp.transaction-messages-max", 2, 10_000),
                settings.integer("amqp.transactions-open-max", 1, 1_000));
    }

    private static List<Route> routes(
            Settings settings, List<Map<String, String>> entries, PresenceConfig presence, Set<String> targets) {
        List<Route> routes = new ArrayList<>();
        if (presence.isOn()) {
            routes.add(new Route(presence.topicFilter(), presence.address()));
        }
        for (Map<String, String> entry : entries) {
            try {
                String target = entry.getOrDefault("target", BridgeConfig.DEFAULT_TARGET);
                if (!target.equals(BridgeConfig.DEFAULT_TARGET) && !targets.contains(target)) {
                    throw new IllegalArgumentException("there is no target '" + target + "' among amqp.targets");
                }
                routes.add(new Route(entry.get("topic"), entry.get("address"), options(settings, entry), target));
            } catch (IllegalArgumentException wrong) {
                settings.mistake("routes", entry, wrong.getMessage());
            }
        }
        return routes;
    }

    private static RouteOptions options(Settings settings, Map<String, String> route) {
        MappingOptions.Profile profile = choice(settings, route, "profile", MappingOptions.Profile.class);
        DuplicateId duplicateId = choice(settings, route, "duplicate-id", DuplicateId.class);
        boolean withDuplicateId = duplicateId == DuplicateId.ON
                || (duplicateId == DuplicateId.AUTO && profile == MappingOptions.Profile.ARTEMIS);
        return new RouteOptions(
                choice(settings, route, "order", RouteOptions.Order.class),
                integer(settings, route, "lane-window", 1, PORT_MAX),
                integer(settings, route, "rate-max", 0, COUNT_MAX),
                choice(settings, route, "on-rejected", RouteOptions.OnRejected.class),
                integer(settings, route, "rejected-retries", 0, 1_000_000),
                route.getOrDefault("dead-letter", settings.text("amqp.dead-letter")),
                choice(settings, route, "ack-level", AckLevel.class),
                new MappingOptions(
                        profile,
                        flag(settings, route, "annotations"),
                        flag(settings, route, "group-id"),
                        withDuplicateId,
                        flag(settings, route, "lane-sequence")),
                route.isEmpty() ? new ShareSettings(settings).usual() : new ShareSettings(settings).of(route));
    }

    private static int integer(Settings settings, Map<String, String> route, String key, int least, int most) {
        String text = route.get(key);
        if (text == null) {
            return settings.integer("amqp." + key, least, most);
        }
        if (!text.matches("\\d{1,9}") || Integer.parseInt(text) < least || Integer.parseInt(text) > most) {
            throw new IllegalArgumentException(key + " must be " + least + " to " + most + ", not '" + text + "'");
        }
        return Integer.parseInt(text);
    }

    private static boolean flag(Settings settings, Map<String, String> route, String key) {
        String text = route.get(key);
        if (text == null) {
            return settings.flag("amqp." + key);
        }
        if (!text.equals("true") && !text.equals("false")) {
            throw new IllegalArgumentException(key + " must be true or false, not '" + text + "'");
        }
        return text.equals("true");
    }

    private static <E extends Enum<E>> E choice(
            Settings settings, Map<String, String> route, String key, Class<E> type) {
        String text = route.get(key);
        if (text == null) {
            return settings.choice("amqp." + key, type);
        }
        for (E each : type.getEnumConstants()) {
            if (each.name().toLowerCase(Locale.ROOT).equals(text)) {
                return each;
            }
        }
        throw new IllegalArgumentException(key + " cannot be '" + text + "'");
    }
}
