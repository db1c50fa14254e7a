package io.forebay.bridge;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Finds the AMQP address of a message: the first route whose filter matches, at last the default. Immutable. */
final class Routes {
    /** Where a message goes, and how; messages of one place share a link. */
    record Place(String address, RouteOptions options) {}

    private record Compiled(String[] filter, AddressTemplate template, RouteOptions options) {}

    private final List<Compiled> routes = new ArrayList<>();
    private final Place defaultPlace;
    private final int placesMax;

    Routes(List<Route> routes, String defaultAddress, RouteOptions defaultOptions) {
        defaultPlace = new Place(defaultAddress, defaultOptions);
        Set<Place> fixed = new HashSet<>(Set.of(defaultPlace));
        boolean open = false;
        for (Route route : routes) {
            AddressTemplate template = new AddressTemplate(route.addressTemplate());
            this.routes.add(new Compiled(route.topicFilter().split("/", -1), template, route.options()));
            if (template.isFixed()) {
                fixed.add(new Place(route.addressTemplate(), route.options()));
            } else {
                open = true;
            }
        }
        placesMax = open ? Integer.MAX_VALUE : fixed.size();
    }

    /** How many places can ever come out of this. */
    int placesMax() {
        return placesMax;
    }

    Place place(String topic, String clientId) {
        for (Compiled route : routes) {
            if (matches(route.filter(), topic)) {
                String address = route.template().address(topic, clientId);
                // A level that the topic does not have may leave nothing; an empty address would name no node.
                return address.isEmpty() ? defaultPlace : new Place(address, route.options());
            }
        }
        return defaultPlace;
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
