package io.forebay.simulator;

import io.forebay.simulator.scenario.FleetSpec;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import picocli.CommandLine.Option;

/** Command line: a fleet in a few words, for runs without a scenario. */
final class LoadOptions {
    private static final int DEVICES = 50;
    private static final long MESSAGES = 200;

    @Option(names = "--devices", description = "number of devices (50)")
    private Integer devices;

    @Option(names = "--topics", description = "topics per device (1)")
    private Integer topics;

    @Option(
            names = "--topic",
            description = "topic, with {device} and {topic} filled in (" + FleetLoad.TOPIC_TEMPLATE + ")")
    private String topicTemplate;

    @Option(names = "--messages", description = "messages per device (200, unless --seconds is given)")
    private Long messages;

    @Option(names = "--seconds", description = "publish for so long; without it: until all messages are out")
    private Long seconds;

    @Option(
            names = "--rate",
            description = "messages per second of the whole fleet; without it: as fast as they are acknowledged")
    private Double rate;

    @Option(names = "--qos", description = "0, 1, 2 or mix (mix, or what the scenario says)")
    private String qos;

    @Option(names = "--size", description = "payload bytes, 40 or more (200)")
    private Integer size;

    @Option(names = "--window", description = "unacknowledged messages per device (16)")
    private Integer window;

    /** The name of an option that was given and is not for scenarios, if any was. */
    Optional<String> given() {
        Object[] values = {devices, topics, topicTemplate, messages, seconds, rate, size, window};
        String[] names = {"--devices", "--topics", "--topic", "--messages", "--seconds", "--rate", "--size", "--window"
        };
        return Stream.iterate(0, i -> i < values.length, i -> i + 1)
                .filter(i -> values[i] != null)
                .map(i -> names[i])
                .findFirst();
    }

    FleetLoad load() {
        long time = or(seconds, 0L);
        return new FleetLoad(
                or(devices, DEVICES),
                or(topics, 1),
                or(topicTemplate, FleetLoad.TOPIC_TEMPLATE),
                or(messages, time > 0 ? 0 : MESSAGES),
                time,
                or(rate, 0.0),
                mix(or(qos, "mix")),
                or(size, 200),
                or(window, 16));
    }

    /** The fleet, with what was given and makes sense for a scenario too. */
    FleetSpec apply(FleetSpec fleet) {
        return qos == null ? fleet : fleet.withTraffic(fleet.traffic().withQos(mix(qos).shares()));
    }

    private static <T> T or(T given, T otherwise) {
        return given == null ? otherwise : given;
    }

    private static QosMix mix(String qos) {
        return switch (qos.toLowerCase(Locale.ROOT)) {
            case "0" -> QosMix.QOS_0;
            case "1" -> QosMix.QOS_1;
            case "2" -> QosMix.QOS_2;
            case "mix" -> QosMix.MIX;
            default -> throw new IllegalArgumentException("--qos is 0, 1, 2 or mix, not " + qos);
        };
    }
}
