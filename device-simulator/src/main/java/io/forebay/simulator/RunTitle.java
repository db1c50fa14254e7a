package io.forebay.simulator;

import io.forebay.simulator.ledger.Text;
import io.forebay.simulator.scenario.FleetSpec;
import io.forebay.simulator.scenario.Scenario;
import java.util.List;

/**
 * What a run was, in words.
 *
 * @param name of the scenario
 * @param about one sentence, or empty
 * @param seed of the scenario
 * @param fleets one line each
 * @param acknowledged whether any message of it is acknowledged
 * @param verify how it was received
 */
public record RunTitle(String name, String about, long seed, List<String> fleets, boolean acknowledged, String verify) {
    static RunTitle of(RunPlan plan) {
        Scenario scenario = plan.scenario();
        return new RunTitle(
                scenario.name(),
                scenario.about(),
                scenario.seed(),
                scenario.fleets().stream().map(RunTitle::line).toList(),
                scenario.fleets().stream()
                        .anyMatch(fleet -> fleet.traffic().qos().acknowledged()),
                switch (plan.verify()) {
                    case AMQP -> "received over AMQP 1.0";
                    case MQTT -> "received through an MQTT subscription";
                    case NONE -> "not received";
                });
    }

    private static String line(FleetSpec fleet) {
        String devices = Text.count(fleet.devices()) + " " + fleet.name();
        if (!fleet.behaviour().misbehaviour().publishes()) {
            return devices + ", which " + fleet.behaviour().misbehaviour().inWords();
        }
        int topics = fleet.traffic().topics();
        return devices + ", " + Text.count(topics) + " topic" + (topics == 1 ? "" : "s") + " each, "
                + fleet.traffic().qos() + ", " + fleet.traffic().payload() + ", "
                + fleet.traffic().rate();
    }
}
