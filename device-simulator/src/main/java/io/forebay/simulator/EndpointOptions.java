package io.forebay.simulator;

import io.forebay.simulator.scenario.ConnectionSpec;
import io.forebay.simulator.scenario.Endpoints;
import io.forebay.simulator.scenario.FleetSpec;
import io.forebay.simulator.scenario.TrafficSpec;
import java.util.List;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Command line: where the two ends are and how to get in. What is not given is taken from the scenario. */
final class EndpointOptions {
    private static final String LOCALHOST = "localhost";
    private static final int AMQP_PORT = 5672;
    private static final String ADDRESS = "uplink";

    @Option(names = "--mqtt-host", description = "MQTT broker (localhost)")
    private String mqttHost = "";

    @Option(names = "--mqtt-port", description = "its port (1883; with TLS 8883)")
    private int mqttPort;

    @Option(names = "--mqtt-version", description = "3.1.1 or 5 (3.1.1, or what the scenario says)")
    private String mqttVersion = "";

    @Option(
            names = "--client-id",
            description = "client id, for runs with one fleet; {device} is filled in, or {number}, which counts from 1")
    private String clientId = "";

    @Option(names = "--user", description = "MQTT user name; {device} is filled in")
    private String user = "";

    @Option(
            names = "--password",
            arity = "0..1",
            interactive = true,
            description = "MQTT password, asked for if left out")
    private String password = "";

    @Mixin
    private TransportOptions transport;

    @Option(names = "--amqp-host", description = "AMQP 1.0 broker (localhost)")
    private String amqpHost = "";

    @Option(names = "--amqp-port", description = "its port (5672)")
    private int amqpPort;

    @Option(names = "--amqp-user", description = "AMQP user name")
    private String amqpUser = "";

    @Option(
            names = "--amqp-password",
            arity = "0..1",
            interactive = true,
            description = "AMQP password, asked for if left out")
    private String amqpPassword = "";

    @Option(names = "--address", split = ",", description = "AMQP address to receive from, or several (uplink)")
    private List<String> addresses = List.of();

    /** @param connection of the first devices, which says the port where nobody else does */
    MqttTarget mqtt(Endpoints said, ConnectionSpec connection) {
        return new MqttTarget(
                first(mqttHost, said.mqttHost(), LOCALHOST),
                first(mqttPort, said.mqttPort(), TransportOptions.port(connection.transport())),
                new Credentials(user, password),
                level());
    }

    List<AmqpTarget> amqp(Endpoints said) {
        List<String> from =
                !addresses.isEmpty() ? addresses : said.addresses().isEmpty() ? List.of(ADDRESS) : said.addresses();
        return from.stream()
                .map(address -> new AmqpTarget(
                        first(amqpHost, said.amqpHost(), LOCALHOST),
                        first(amqpPort, said.amqpPort(), AMQP_PORT),
                        new Credentials(amqpUser, amqpPassword),
                        address))
                .toList();
    }

    private static String first(String given, String said, String otherwise) {
        return !given.isEmpty() ? given : said.isEmpty() ? otherwise : said;
    }

    private static int first(int given, int said, int otherwise) {
        return given != 0 ? given : said != 0 ? said : otherwise;
    }

    /** The fleets, with what was given on the command line. */
    List<FleetSpec> apply(List<FleetSpec> fleets) {
        boolean single = fleets.stream().mapToInt(FleetSpec::devices).sum() == 1;
        if (!clientId.isEmpty() && fleets.size() > 1) {
            throw new IllegalArgumentException("--client-id is for runs with one fleet, this one has " + fleets.size());
        }
        if (!clientId.isEmpty() && !single && !TrafficSpec.tellsDevicesApart(clientId)) {
            throw new IllegalArgumentException("--client-id must contain {device} or {number}: no two have the same");
        }
        return fleets.stream().map(this::apply).toList();
    }

    private FleetSpec apply(FleetSpec fleet) {
        ConnectionSpec said = fleet.connection();
        ConnectionSpec connection = clientId.isEmpty() ? said : said.withClientId(clientId);
        return fleet.withConnection(connection.with(
                mqttVersion.isEmpty() ? connection.version() : level().version(),
                user.isEmpty() ? connection.user() : user,
                user.isEmpty() ? connection.password() : password,
                transport.apply(connection.transport())));
    }

    private MqttLevel level() {
        return switch (mqttVersion) {
            case "", "3.1.1" -> MqttLevel.V3_1_1;
            case "5" -> MqttLevel.V5;
            default -> throw new IllegalArgumentException("--mqtt-version is 3.1.1 or 5, not " + mqttVersion);
        };
    }
}
