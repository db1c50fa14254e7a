package io.forebay.gateway.security;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The rules of who may publish and subscribe what; the first that fits decides, and what none fits is denied. Immutable. */
public final class AccessRules {
    /** Everybody may everything, but publish on $SYS/#. */
    public static final AccessRules OPEN = new AccessRules(List.of(), Map.of());
    /** Nobody may anything. */
    public static final AccessRules CLOSED = new AccessRules(List.of(), Map.of());

    private final List<AccessRule> rules;
    private final Map<String, Set<String>> groups;
    /** The numbers of those that are for one user, for one client, and of all others: a device looks at few of many. */
    private final Map<String, List<Integer>> ofUser = new HashMap<>();

    private final Map<String, List<Integer>> ofClient = new HashMap<>();
    private final List<Integer> others = new ArrayList<>();

    /** @param groups the users of each */
    AccessRules(List<AccessRule> rules, Map<String, Set<String>> groups) {
        this.rules = List.copyOf(rules);
        this.groups = Map.copyOf(groups);
        for (int i = 0; i < rules.size(); i++) {
            AccessRule rule = rules.get(i);
            List<Integer> those = rule.user().isPresent()
                    ? ofUser.computeIfAbsent(rule.user().get(), name -> new ArrayList<>())
                    : rule.client().isPresent()
                            ? ofClient.computeIfAbsent(rule.client().get(), id -> new ArrayList<>())
                            : others;
            those.add(i);
        }
    }

    /** Those that are for this subject, in order, with its names filled in. */
    List<BoundRule> boundTo(AccessSubject subject) {
        List<Integer> numbers = new ArrayList<>(others);
        numbers.addAll(ofUser.getOrDefault(subject.identity().user(), List.of()));
        numbers.addAll(ofClient.getOrDefault(subject.clientId(), List.of()));
        Collections.sort(numbers); // The first that fits decides.
        List<BoundRule> bound = new ArrayList<>();
        for (int number : numbers) {
            AccessRule rule = rules.get(number);
            if (rule.isFor(subject, this::isIn)) {
                rule.topic().of(subject).ifPresent(topic -> bound.add(new BoundRule(rule, topic)));
            }
        }
        return bound;
    }

    private boolean isIn(Identity identity, String group) {
        return !identity.anonymous()
                && (identity.groups().contains(group)
                        || groups.getOrDefault(group, Set.of()).contains(identity.user()));
    }

    @Override
    public String toString() {
        return "rules=" + rules.size() + ", groups=" + groups.size();
    }

    /** A rule for one subject. */
    record BoundRule(AccessRule rule, TopicPattern topic) {}
}
