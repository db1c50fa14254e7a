package io.forebay.simulator.scenario;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScenarioReaderTest {
    private static final String MINIMAL = "fleets:\n  - devices: 3\nphases:\n  - for: 10s\n";

    @TempDir
    private Path directory;

    @Test
    void aFewLinesAreEnough() {
        Scenario scenario = parse(MINIMAL);

        assertEquals("x.yaml", scenario.name());
        assertEquals(3, scenario.devices());
        assertEquals(Duration.ofSeconds(10), scenario.length());
        assertEquals(QosShares.only(1), scenario.fleets().get(0).traffic().qos());
        assertEquals(Scenario.Limits.DEFAULT, scenario.limits());
    }

    @Test
    void everythingCanBeSaid() throws IOException {
        Files.writeString(directory.resolve("rows.csv"), "a,b\n1,2\n3,4\n");
        for (String file : List.of("ca.crt", "0.crt", "0.key")) {
            Files.writeString(directory.resolve(file), "");
        }
        Scenario scenario = parse("""
                name: all of it
                about: Every key there is.
                seed: 7
                mqtt: {host: m, port: 1}
                amqp: {host: a, port: 2, address: [x, y]}
                limits: {settle: 5s, handshakes: 9, connect: 40s, due-per-device: 11}
                fleets:
                  - name: pumps
                    devices: 10
                    ramp-up: 5/s
                    version: 5
                    client-id: pump-{device}
                    user: u
                    password: p
                    session: clean
                    keep-alive: 20
                    transport: wss
                    path: /ws
                    tls: {ca: ca.crt, certificate: '{device}.crt', key: '{device}.key'}
                    source: [127.0.0.2, 127.0.0.3]
                    will: {topic: 'w/{device}', text: bye, qos: 2, retain: true}
                    topics: 2
                    topic: p/{device}/{topic}
                    qos: {0: 20%, 1: 50%, 2: 30%}
                    retain: true
                    payload: {csv: rows.csv}
                    rate: {kind: bursts, per-device: 2, burst: 200, every: 30s, for: 2s}
                    window: 3
                    subscribe: c/{device}
                    answer: r/{device}
                    reconnect-storm: {every: 20s, share: 50%}
                    clock-skew: 1m
                  - misbehaviour: oversized
                    misbehaviour-size: 5MiB
                    every: 1s
                    rate: {kind: day, per-second: 100, day: 24h, curve: [10%, 100%]}
                    payload: {size: 100 to 4KiB}
                phases:
                  - {name: up, kind: ramp, for: 10s, from: 10%, load: 200%}
                  - {kind: storm, for: 30s, every: 10s, share: 20%}
                  - {kind: outage, for: 5s, on: bridge, how: black-hole}
                  - {kind: drain, for: 1m}
                proxies:
                  - {name: bridge, listen: 15672, to: 'localhost:5672'}
                faults:
                  - {kind: delay, at: 3s, for: 2s, on: amqp, delay: 50ms}
                  - {kind: rate, at: 4s, for: 2s, on: mqtt, bytes-per-second: 64KiB}
                  - {kind: command, at: 1s, for: 1s, run: kill it, undo: start it}
                  - {kind: fill-disk, at: 2s, for: 1s, directory: /mnt, leave: 1MiB}
                """);

        assertEquals(Duration.ofSeconds(40), scenario.limits().connect());
        FleetSpec pumps = scenario.fleets().get(0);
        assertEquals(ConnectionSpec.Version.V5, pumps.connection().version());
        assertTrue(pumps.connection().transport().tls()
                && pumps.connection().transport().webSocket());
        assertEquals(
                directory.resolve("ca.crt").toString(),
                pumps.connection().transport().ca());
        assertEquals(List.of("1,2", "3,4"), pumps.traffic().payload().rows());
        assertEquals(20, pumps.traffic().rate().perSecond());
        assertEquals(200, pumps.traffic().rate().at(31));
        assertEquals("r/4", pumps.traffic().topicOf(4, 2));
        assertEquals("QoS 0, 1 and 2 mixed", pumps.traffic().qos().toString());
        assertEquals(3, pumps.lanesPerDevice());
        FleetSpec large = scenario.fleets().get(1);
        assertEquals(5 << 20, large.behaviour().bytes());
        assertEquals(55, large.traffic().rate().at(6 * 3600), 1e-9);
        assertEquals(0, large.lanesPerDevice());
        assertEquals(2.0, scenario.phases().get(0).to());
        assertEquals(
                List.of(
                        "kill it",
                        "fill disk /mnt",
                        "delay amqp 50 ms",
                        "throttle mqtt to 65536 B/s",
                        "black hole bridge"),
                scenario.faults().stream().map(FaultSpec::label).toList());
        assertEquals(Duration.ofSeconds(40), scenario.faults().get(4).at());
    }

    @Test
    void everyMistakeIsSaidWithItsLineAndWhatWasExpected() {
        String said = mistakes("""
                fleets:
                  - devices: many
                    qos: 3
                    colour: red
                    payload: {size: 10}
                    topic: a/#
                  - rate: {kind: sometimes}
                    payload: {template: 'a ${sinus 1}'}
                    qos: {0: 50%}
                phases:
                  - for: soon
                    kind: ramp
                faults:
                  - {on: nowhere}
                """);

        assertEquals(
                List.of(
                        "x.yaml:2: fleets[1].devices must be a whole number from 1 to 1000000, not 'many'",
                        "x.yaml:3: fleets[1].qos must be 0, 1, 2, mix, or shares such as {0: 20%, 1: 80%}, not '3'",
                        "x.yaml:5: fleets[1].payload.size must be a size, or two as in '100 to 4KiB', from 40 to 1MiB, not '10'",
                        "x.yaml:6: fleets[1].topic must be a template with {device} in it, so that each device has a topic of its own, not 'a/#'",
                        "x.yaml:6: fleets[1].topic must be a topic without + and #, not 'a/#'"),
                said.lines().limit(5).toList());
        assertTrue(said.contains("x.yaml:4: there is no key fleets[1].colour; known here are answer, "), said);
        assertTrue(said.contains("x.yaml:7: fleets[2].rate.kind must be one of as-acknowledged, constant, "), said);
        assertTrue(
                said.contains("x.yaml:8: fleets[2].payload.template has a placeholder ${sinus 1}; known are "), said);
        assertTrue(said.contains("x.yaml:9: fleets[2].qos must have shares that add up to 100%"), said);
        assertTrue(said.contains("x.yaml:11: phases[1].for must be a time such as 500ms, 30s, 5m or 24h from "), said);
        assertTrue(said.contains("x.yaml:14: faults[1].on must be one of mqtt, amqp, not 'nowhere'"), said);
    }

    @Test
    void whatIsNoYamlIsSaidWithItsLine() {
        assertTrue(mistakes("fleets:\n  - a: [1\n").startsWith("x.yaml:3: this is not YAML: "));
        assertEquals("x.yaml:1: a scenario must be keys with values, not 'hello'", mistakes("hello"));
        assertTrue(mistakes("name: x").contains("fleets is missing"));
        assertTrue(mistakes("fleets:\n  - devices: 1\n").contains("phases is missing"));
    }

    @Test
    void theReferenceIsInOrderAndHasEveryKey() {
        String reference = ScenarioReader.shipped(ScenarioReader.REFERENCE);
        assertEquals("reference", parse(reference).name());

        // A key that does not exist is answered with those that do.
        String said = mistakes(reference.replace("    devices: 2\n", "    devices: 2\n    x: 1\n"));
        String known = said.substring(said.indexOf("known here are ") + "known here are ".length());
        for (String key : List.of(known.trim().split(", ", -1))) {
            assertTrue(reference.contains(key + ":"), () -> key + " is not in the reference");
        }
    }

    @Test
    void faultsLeftToChanceAreTheSameForTheSameSeed() {
        String chance = MINIMAL.replace("10s", "10m") + "faults:\n  - {kind: cut, every: 30s, for: 2s}\nseed: ";

        List<FaultSpec> drawn = parse(chance + 5).faults();

        assertTrue(drawn.size() > 8 && drawn.size() < 32, drawn::toString);
        assertEquals(drawn, parse(chance + 5).faults());
        assertFalse(drawn.equals(parse(chance + 6).faults()));
    }

    @Test
    void everyShippedScenarioIsInOrderAndSaysWhatItIs() {
        for (String name : ScenarioReader.SHIPPED) {
            Scenario scenario = ScenarioReader.read(name);

            assertEquals(name, scenario.name());
            assertTrue(scenario.about().endsWith("."), name);
            assertTrue(scenario.length().compareTo(Duration.ofSeconds(10)) >= 0, name);
        }
        assertTrue(assertThrows(ScenarioException.class, () -> ScenarioReader.read("smok"))
                .getMessage()
                .contains("Shipped are smoke, sensors-10k, "));
    }

    @Test
    void timeScalesWhateverComesAgainAndAgainButNoDrain() {
        Scenario scaled = parse("""
                fleets:
                  - rate: {kind: day, per-second: 100, day: 24h, curve: [10%, 100%]}
                    reconnect-storm: {every: 1h}
                phases: [{for: 24h}, {kind: storm, for: 1h, every: 10m}, {kind: drain, for: 10m}]
                faults: [{kind: cut, at: 1h, for: 10m}]
                """).scaled(1, 0.01);

        FleetSpec fleet = scaled.fleets().get(0);
        assertEquals(100, fleet.traffic().rate().at(432), 0.1);
        assertEquals(Duration.ofSeconds(36), fleet.behaviour().stormEvery());
        assertEquals(Duration.ofSeconds(6), scaled.phases().get(1).stormEvery());
        assertEquals(Duration.ofMinutes(10), scaled.phases().get(2).length());
        assertEquals(Duration.ofSeconds(36), scaled.faults().get(0).at());
        assertEquals(Duration.ofSeconds(6), scaled.faults().get(0).length());
    }

    @Test
    void aFactorScalesLoadAndTimeApart() {
        Scenario scaled = parse("fleets:\n  - devices: 30\n    rate: 100/s\nphases:\n  - for: 10s\n")
                .scaled(0.1, 0.5);

        assertEquals(3, scaled.devices());
        assertEquals(10, scaled.fleets().get(0).traffic().rate().perSecond());
        assertEquals(Duration.ofSeconds(5), scaled.length());
    }

    private Scenario parse(String yaml) {
        return ScenarioReader.parse(yaml, "x.yaml", directory);
    }

    private String mistakes(String yaml) {
        return assertThrows(ScenarioException.class, () -> parse(yaml)).getMessage();
    }
}
