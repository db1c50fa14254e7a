package io.forebay.simulator;

import io.forebay.simulator.scenario.FaultSpec;
import io.forebay.simulator.scenario.RandomFaults;
import io.forebay.simulator.scenario.Scenario;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Which faults of a scenario are allowed, and with which commands. */
final class FaultOptions {
    private static final Pattern PLACEHOLDER = Pattern.compile("\\{([a-z][a-z-]*)\\}");

    private FaultOptions() {}

    static List<FaultSpec> apply(Scenario scenario, boolean chaos, Map<String, String> commands) {
        if (scenario.faults().isEmpty()) {
            return chaos ? RandomFaults.over(scenario.length(), scenario.seed()) : List.of();
        }
        List<FaultSpec> faults = new ArrayList<>();
        for (FaultSpec fault : scenario.faults()) {
            if (fault.kind().needsPermission() && !chaos) {
                throw new IllegalArgumentException(
                        "scenario " + scenario.name() + " runs commands or fills a disk; say --chaos to allow it");
            }
            faults.add(new FaultSpec(
                    fault.kind(),
                    fault.at(),
                    fault.length(),
                    fault.on(),
                    fault.amount(),
                    fill(fault.run(), commands),
                    fill(fault.undo(), commands)));
        }
        return faults;
    }

    private static String fill(String command, Map<String, String> commands) {
        Matcher placeholder = PLACEHOLDER.matcher(command);
        StringBuilder filled = new StringBuilder();
        while (placeholder.find()) {
            String name = placeholder.group(1);
            if (!commands.containsKey(name)) {
                throw new IllegalArgumentException("the scenario needs --command " + name + "='...'");
            }
            placeholder.appendReplacement(filled, Matcher.quoteReplacement(commands.get(name)));
        }
        return placeholder.appendTail(filled).toString();
    }
}
