package io.forebay.gateway.security;

import java.util.Optional;

/**
 * One rule: whom it is for, what for, and what it says. Immutable.
 *
 * @param allow or else it denies
 * @param user group and client: all that are given have to hold; none: everybody
 * @param qosMax the highest QoS that it allows
 * @param retain whether it allows to publish with RETAIN
 */
record AccessRule(
        boolean allow,
        boolean publish,
        boolean subscribe,
        Optional<String> user,
        Optional<String> group,
        Optional<String> client,
        TopicTemplate topic,
        int qosMax,
        boolean retain) {

    /** @param grouped whether the user is in a group by what the rules say */
    boolean isFor(AccessSubject subject, Grouping grouped) {
        return user.map(name -> !subject.identity().anonymous()
                                && name.equals(subject.identity().user()))
                        .orElse(true)
                && client.map(id -> id.equals(subject.clientId())).orElse(true)
                && group.map(name -> grouped.isIn(subject.identity(), name)).orElse(true);
    }

    /** Who is in which group. */
    interface Grouping {
        boolean isIn(Identity identity, String group);
    }
}
