package io.forebay.bridge;

import io.forebay.storage.LogCursor;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Whether a message is meant. Immutable; asks for no more of a message than it has to. */
final class ReplayFilter {
    private final ReplaySelection selection;
    private final Optional<String> laneBegins;
    private final Optional<String[]> topicFilter;
    /** Those of the routes up to the one that is meant; what an earlier one takes is not meant. */
    private final List<String[]> routes = new ArrayList<>();

    private final boolean onlyOfLastRoute;
    private final boolean onlyOfNoRoute;

    ReplayFilter(ReplaySelection selection, List<Route> configured) {
        this.selection = selection;
        laneBegins = selection.clientId().map(id -> id + '\0');
        topicFilter = selection.topicFilter().map(filter -> filter.split("/", -1));
        onlyOfNoRoute =
                selection.route().filter(ReplaySelection.DEFAULT_ROUTE::equals).isPresent();
        onlyOfLastRoute = selection.route().isPresent() && !onlyOfNoRoute;
        boolean found = false;
        for (Route route : selection.route().isPresent() ? configured : List.<Route>of()) {
            routes.add(route.topicFilter().split("/", -1));
            if (onlyOfLastRoute && route.topicFilter().equals(selection.route().get())) {
                found = true;
                break;
            }
        }
        if (onlyOfLastRoute && !found) {
            throw new IllegalArgumentException("there is no route with the topic filter '"
                    + selection.route().get() + "'");
        }
    }

    /** Whether the current message of the cursor is meant, wherever it stands. */
    boolean takes(LogCursor cursor) {
        long arrivedAtMs = cursor.arrivedAtMs();
        if (arrivedAtMs < selection.fromMs() || arrivedAtMs >= selection.toMs() || cursor.fromAmqp()) {
            return false;
        }
        return laneBegins.map(begin -> cursor.lane().startsWith(begin)).orElse(true)
                && topicFilter
                        .map(filter -> Routes.matches(filter, cursor.topic()))
                        .orElse(true)
                && (selection.route().isEmpty() || isOfRoute(cursor.topic()));
    }

    private boolean isOfRoute(String topic) {
        for (int i = 0; i < routes.size(); i++) {
            if (Routes.matches(routes.get(i), topic)) {
                return onlyOfLastRoute && i == routes.size() - 1;
            }
        }
        return onlyOfNoRoute;
    }
}
