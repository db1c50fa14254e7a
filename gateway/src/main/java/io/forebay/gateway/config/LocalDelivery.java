package io.forebay.gateway.config;

import io.forebay.gateway.security.TopicPattern;
import java.util.List;
import java.util.function.Predicate;

/**
 * Which topics are delivered to subscribers as well: what the first route that matches says, all that no route takes. Any
 * thread.
 */
public record LocalDelivery(List<Rule> rules) implements Predicate<String> {

    /** What one route says. */
    public record Rule(TopicPattern topics, boolean local) {}

    @Override
    public boolean test(String topic) {
        for (Rule rule : rules) {
            if (rule.topics().matches(topic)) {
                return rule.local();
            }
        }
        return true;
    }
}
