package io.forebay.gateway.session;

import java.util.HashMap;
import java.util.Map;

/** How many sessions each user has, where that is limited. Owned by the thread forebay-sessions. */
final class UserSessions {
    private final int max;
    private final Map<String, Integer> counts = new HashMap<>();

    /** @param max 0 for no limit: then nothing is counted */
    UserSessions(int max) {
        this.max = max;
    }

    /** Whether this user may have the session that takes the place of the former one, null for none. */
    boolean hasRoom(String user, Session former) {
        boolean its = former != null && former.user().equals(user);
        return !isCounted(user) || its || counts.getOrDefault(user, 0) < max;
    }

    /** The session is this user's from now on; it need not know where nothing is counted. */
    void give(Session session, String name) {
        String user = isCounted(name) ? name : "";
        if (!session.user().equals(user)) {
            leave(session);
            session.user(user);
            enter(session);
        }
    }

    void enter(Session session) {
        if (isCounted(session.user())) {
            counts.merge(session.user(), 1, Integer::sum);
        }
    }

    void leave(Session session) {
        if (isCounted(session.user())) {
            counts.computeIfPresent(session.user(), (user, count) -> count == 1 ? null : count - 1);
        }
    }

    private boolean isCounted(String user) {
        return max > 0 && !user.isEmpty();
    }
}
