package io.forebay.simulator;

import io.forebay.simulator.ledger.Text;
import io.forebay.simulator.scenario.Scenario;
import io.forebay.simulator.scenario.ScenarioReader;
import java.io.PrintStream;

/** Lists the scenarios that are shipped: name, size, length, one sentence. */
final class ScenarioList {
    private ScenarioList() {}

    static void print(PrintStream out) {
        for (String name : ScenarioReader.SHIPPED) {
            Scenario scenario = ScenarioReader.read(name);
            out.printf(
                    "%-16s  %6s devices  %-10s  %s%n",
                    name, Text.count(scenario.devices()), Text.duration(scenario.length()), scenario.about());
        }
    }
}
