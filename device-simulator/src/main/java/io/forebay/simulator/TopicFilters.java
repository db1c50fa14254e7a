package io.forebay.simulator;

import io.forebay.simulator.scenario.FleetSpec;
import io.forebay.simulator.scenario.Scenario;
import io.forebay.simulator.scenario.TrafficSpec;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Which subscriptions cover what the devices of a scenario publish. */
final class TopicFilters {
    private TopicFilters() {}

    static List<String> of(Scenario scenario) {
        Set<String> filters = new LinkedHashSet<>();
        for (FleetSpec fleet : scenario.fleets()) {
            TrafficSpec traffic = fleet.traffic();
            if (!fleet.behaviour().misbehaviour().publishes()) {
                continue;
            }
            filters.add(filter(traffic.topic())
                    + (traffic.topics() > 1 && !traffic.topic().contains("{topic}") ? "/+" : ""));
            if (traffic.answers()) {
                filters.add(filter(traffic.answer()));
            }
            fleet.connection().will().ifPresent(will -> filters.add(filter(will.topic())));
        }
        return new ArrayList<>(filters);
    }

    /** A level that has a number in it may be anything. */
    private static String filter(String template) {
        String[] levels = template.split("/", -1);
        for (int i = 0; i < levels.length; i++) {
            levels[i] = levels[i].contains("{") ? "+" : levels[i];
        }
        return String.join("/", levels);
    }
}
