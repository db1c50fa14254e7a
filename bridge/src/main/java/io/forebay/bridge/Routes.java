package io.forebay.bridge;

import io.forebay.bridge.reply.Replies;
import io.forebay.bridge.reply.Reply;
import io.forebay.storage.AckLevel;
import io.forebay.storage.LogCursor;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Owned by the bridge's thread for the sake of the rates, else immutable: finds where a message goes, by the first route
 * whose filter matches, at last by the default.
 */
final class Routes {
    /** Of a lane whose messages may come by several routes. */
    static final int SEVERAL_SHARES = -2;

    /** Where a message goes, and how; messages of one place share a link. */
    record Place(String target, String address, RouteOptions options, Optional<RateLimit> rate) {}

    /**
     * How a message goes.
     *
     * @param share which of the {@link #shares} it counts for
     */
    record Way(Place place, int share) {
        /** What all of its lane counts for. */
        int shareOfLane() {
            return place.options().order() == RouteOptions.Order.CLIENT ? SEVERAL_SHARES : share;
        }
    }

    private record Compiled(
            Route route,
            String[] filter,
            AddressTemplate template,
            Optional<RateLimit> rate,
            Optional<AckLevel> ackLevel) {
        static Compiled of(Route route, Optional<RateLimit> rate) {
            AddressTemplate template = new AddressTemplate(route.addressTemplate());
            return new Compiled(
                    route,
                    route.topicFilter().split("/", -1),
                    template,
                    rate,
                    template.isEmpty()
                            ? Optional.empty()
                            : Optional.of(route.options().ackLevel()));
        }

        Place place(String address) {
            return new Place(route.target(), address, route.options(), rate);
        }
    }

    /** The asker waits for an answer, and has no use for its number: each request would leave a lane behind. */
    private static final RouteOptions REPLY = RouteOptions.USUAL.withMapping(MappingOptions.USUAL.uncounted());

    private static final Optional<AckLevel> REPLY_ACK_LEVEL = Optional.of(REPLY.ackLevel());

    private final List<Compiled> routes = new ArrayList<>();
    private final List<RateLimit> rates = new ArrayList<>();
    private final Replies replies;
    private final Place defaultPlace;
    /** That of the default; null if there is none. */
    private final Way usualWay;
    /** Those of the routes with a fixed address, by their number; made once, since most lanes are idle and come back. */
    private final Map<Integer, Way> fixedWays = new HashMap<>();

    private final Optional<AckLevel> defaultAckLevel;
    /** How many places can come out of this, by target. */
    private final Map<String, Integer> placesMax = new HashMap<>();

    private final boolean topicsOnly;
    private final boolean usernames;
    private final String fingerprint;
    /** How routes treat messages, each way once; the addresses are left out. */
    private final List<Place> ways = new ArrayList<>();

    Routes(List<Route> routes, String defaultAddress, RouteOptions defaultOptions) {
        this(routes, defaultAddress, defaultOptions, Replies.NONE);
    }

    Routes(List<Route> routes, String defaultAddress, RouteOptions defaultOptions, Replies replies) {
        this.replies = replies;
        fingerprint = fingerprint(withoutShares(routes) + defaultAddress + defaultOptions.withShare(ShareConfig.ALL));
        defaultPlace = defaultAddress.isEmpty() ? null : usual(defaultAddress, defaultOptions, rate(defaultOptions));
        defaultAckLevel = Optional.ofNullable(defaultPlace).map(place -> defaultOptions.ackLevel());
        Set<Place> fixed = new HashSet<>();
        Set<String> open = new HashSet<>(); // Targets
        if (defaultPlace != null) {
            fixed.add(defaultPlace);
        }
        if (replies != Replies.NONE) {
            open.add(BridgeConfig.DEFAULT_TARGET);
        }
        boolean clients = defaultOptions.order() == RouteOptions.Order.CLIENT;
        for (Route route : routes) {
            Compiled compiled = Compiled.of(route, rate(route.options()));
            this.routes.add(compiled);
            if (compiled.template().isEmpty()) {
                continue;
            }
            if (compiled.template().isFixed()) {
                Place place = compiled.place(route.addressTemplate());
                fixed.add(place);
                fixedWays.put(this.routes.size() - 1, new Way(place, this.routes.size() - 1));
            } else {
                open.add(route.target());
            }
            clients |= route.options().order() == RouteOptions.Order.CLIENT;
            ways.add(compiled.place(""));
        }
        if (defaultPlace != null) {
            ways.add(usual("", defaultOptions, defaultPlace.rate()));
        }
        usualWay = defaultPlace == null ? null : new Way(defaultPlace, this.routes.size());
        fixed.forEach(place -> placesMax.merge(place.target(), 1, Integer::sum));
        open.forEach(target -> placesMax.put(target, Integer.MAX_VALUE));
        topicsOnly = !clients;
        usernames = this.routes.stream().anyMatch(route -> route.template().wantsUsername());
    }

    private Optional<RateLimit> rate(RouteOptions options) {
        if (options.rateMax() == 0) {
            return Optional.empty();
        }
        RateLimit rate = new RateLimit(options.rateMax());
        rates.add(rate);
        return Optional.of(rate);
    }

    private static Place usual(String address, RouteOptions options, Optional<RateLimit> rate) {
        return new Place(BridgeConfig.DEFAULT_TARGET, address, options, rate);
    }

    /** What the log may keep because of a route says nothing about what a lane is. */
    private static List<Route> withoutShares(List<Route> routes) {
        return routes.stream()
                .map(route -> new Route(
                        route.topicFilter(),
                        route.addressTemplate(),
                        route.options().withShare(ShareConfig.ALL),
                        route.target()))
                .toList();
    }

    /** What each route may hold of the log, in the order of {@link #share}; the last two are the default's and answers'. */
    Shares shares() {
        List<Shares.Share> shares = new ArrayList<>();
        for (Compiled each : routes) {
            Route route = each.route();
            shares.add(new Shares.Share(
                    route.topicFilter(), route.target(), route.options().share()));
        }
        ShareConfig usual =
                defaultPlace == null ? ShareConfig.ALL : defaultPlace.options().share();
        shares.add(new Shares.Share("default", BridgeConfig.DEFAULT_TARGET, usual));
        shares.add(new Shares.Share("answers", BridgeConfig.DEFAULT_TARGET, ShareConfig.ALL));
        return new Shares(shares);
    }

    /** Which of the {@link #shares} a message counts for; -1 if no route takes it. */
    int share(String key) {
        Way way = way(key);
        return way == null ? -1 : way.share();
    }

    /** How many places of a target can ever come out of this. */
    int placesMax(String target) {
        return placesMax.getOrDefault(target, 0);
    }

    /** The same for equal routes, whenever and wherever. */
    String fingerprint() {
        return fingerprint;
    }

    /** @return whether there is any rate to mind */
    boolean refill(long nowMs) {
        rates.forEach(rate -> rate.refill(nowMs));
        return !rates.isEmpty();
    }

    /** Client id, NUL, topic of a message; and, if the address may depend on it, NUL, user name. */
    String key(LogCursor cursor) {
        return usernames ? cursor.lane() + '\0' + cursor.username() : cursor.lane();
    }

    String key(String clientId, String username, String topic) {
        String lane = clientId + '\0' + topic;
        return usernames ? lane + '\0' + username : lane;
    }

    /** Whether the user names of publishers are wanted. */
    boolean wantUsernames() {
        return usernames;
    }

    /** What tells lanes apart, for a message with this key. */
    Object laneKey(String clientAndTopic) {
        if (topicsOnly) {
            return clientAndTopic;
        }
        Place place = place(clientAndTopic);
        return place != null && place.options().order() == RouteOptions.Order.CLIENT
                ? new ClientLane(clientAndTopic.substring(0, clientAndTopic.indexOf('\0')), place)
                : clientAndTopic;
    }

    /** The same for equal routes whenever it is asked for. */
    private static String fingerprint(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, 8);
        } catch (NoSuchAlgorithmException everyJavaHasIt) {
            throw new IllegalStateException(everyJavaHasIt);
        }
    }

    /**
     * The name that a lane is counted under: client id, NUL, topic; no topic begins with NUL. A lane of all topics that go
     * to one address is another one when the routes are: a message that another route took before is not settled because
     * later ones of that lane are.
     */
    String sequenceKey(Object laneKey) {
        if (!(laneKey instanceof ClientLane lane)) {
            return (String) laneKey;
        }
        Place place = lane.place();
        int way = ways.indexOf(new Place(place.target(), "", place.options(), place.rate()));
        return lane.clientId() + "\0\0" + fingerprint + '-' + way + '\0' + place.address();
    }

    private record ClientLane(String clientId, Place place) {}

    /** When the publisher of a message of this topic is acknowledged; empty if it goes nowhere. Any thread. */
    Optional<AckLevel> ackLevel(String topic) {
        if (replies.find(topic).isPresent()) {
            return REPLY_ACK_LEVEL;
        }
        Compiled route = first(topic);
        return route == null ? defaultAckLevel : route.ackLevel();
    }

    /** @return null if no route takes it */
    Place place(String key) {
        Way way = way(key);
        return way == null ? null : way.place();
    }

    /** @return null if no route takes it */
    Way way(String key) {
        AddressTemplate.Source from = AddressTemplate.Source.of(key);
        String topic = from.topic();
        Optional<Reply> reply = replies.find(topic);
        if (reply.isPresent()) {
            return new Way(usual(reply.get().address(), REPLY, Optional.empty()), routes.size() + 1);
        }
        for (int i = 0; i < routes.size(); i++) {
            Compiled route = routes.get(i);
            if (matches(route.filter(), topic)) {
                return route.template().isFixed() ? fixedWays.get(i) : way(i, route, from);
            }
        }
        return usualWay;
    }

    private Way way(int index, Compiled route, AddressTemplate.Source from) {
        if (route.template().isEmpty()) {
            return null;
        }
        String address = route.template().address(from);
        // A level that the topic does not have may leave nothing; an empty address would name no node.
        return address.isEmpty() ? usualWay : new Way(route.place(address), index);
    }

    /** @return null if no route matches: the default is for it */
    private Compiled first(String topic) {
        for (Compiled route : routes) {
            if (matches(route.filter(), topic)) {
                return route;
            }
        }
        return null;
    }

    static boolean matches(String[] filter, String topic) {
        boolean leadingWildcard = filter[0].equals("+") || filter[0].equals("#");
        if (leadingWildcard && topic.startsWith("$")) {
            return false; // MQTT-4.7.2-1
        }
        int from = 0;
        for (String level : filter) {
            if (level.equals("#")) {
                return true; // Also the parent level: "a/#" matches "a" (MQTT-4.7.1.2).
            }
            if (from > topic.length()) {
                return false;
            }
            int slash = topic.indexOf('/', from);
            int to = slash < 0 ? topic.length() : slash;
            boolean same = level.length() == to - from && topic.startsWith(level, from);
            if (!same && !level.equals("+")) {
                return false;
            }
            from = to + 1;
        }
        return from > topic.length();
    }
}
