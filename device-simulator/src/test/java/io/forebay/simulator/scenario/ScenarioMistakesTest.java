package io.forebay.simulator.scenario;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whatever can be wrong in a scenario file: the line it is in, and what was expected there. */
class ScenarioMistakesTest {
    private static final String FLEET = "fleets: [{devices: 3}]";
    private static final String PHASE = "phases: [{for: 10s}]";

    // The delimiter between lines of the file is ';', fleets and phases in order stand for {F} and {P}.
    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            fleets:;  - devices: 0;{P}                   | 2: fleets[1].devices must be a whole number from 1 to 1000000, not '0'
            fleets:;  - devcies: 5;{P}                   | 2: there is no key fleets[1].devcies; known here are
            fleets:;  - devices: 5;    devices: 6;{P}    | 3: fleets[1].devices is there twice
            fleets: {devices: 5};{P}                     | 1: fleets must be a list: lines that begin with -, not keys with values
            fleets: [5];{P}                              | 1: fleets[1] must be keys with values, not '5'
            fleets:;  - devices: 5;  rate: 10;{P}        | 3: this is not YAML: expected <block end>
            fleets:;  - topic: a: b;{P}                  | 2: this is not YAML: mapping values are not allowed here; a text with
            fleets:;\t- devices: 5                       | 2: this is not YAML: found character
            {F};phases: 30s                              | 2: phases must be a list: lines that begin with -, not '30s'
            {F};phases: [{for: 30}]                      | 2: phases[1].for must be a time such as 500ms, 30s, 5m or 24h from
            {F};phases: [{for: -5s}]                     | 2: phases[1].for must be a time such as
            {F};phases: [{kind: stedy}]                  | 2: phases[1].kind must be one of ramp, steady, storm, outage, drain, not 'stedy'
            {F};phases: [{kind: drain, for: 1m}]         | 2: phases are only a drain
            {F};phases: [{kind: storm, share: 120%}]     | 2: phases[1].share must be a share such as 50% or 0.5 from 0 to 1, not '120%'
            {F};phases:;  - {kind: outage, on: bridge}   | 3: phases[1].on must be one of mqtt, amqp, not 'bridge'
            fleets:;  - qos: {1: 50%, 2: 40%};{P}        | 2: fleets[1].qos must have shares that add up to 100%
            fleets:;  - rate: 0/s;{P}                    | 2: fleets[1].rate must be a number per second such as 5000 or 5000/s from
            fleets:;  - rate: ten;{P}                    | 2: fleets[1].rate must be a number per second
            fleets:;  - rate: {kind: day};{P}            | 2: fleets[1].rate.curve must be a list of at least two shares
            fleets:;  - rate: {kind: bursts, every: 1s, for: 2s};{P} | 2: fleets[1].rate.for must be a time such as
            fleets:;  - topic: sensors;{P}               | 2: fleets[1].topic must be a template with {device} in it
            fleets:;  - topic: a/{device}/#;{P}          | 2: fleets[1].topic must be a topic without + and #
            fleets:;  - devices: 2;    client-id: me;{P} | 3: fleets[1].client-id must be a template with {device} in it
            fleets:;  - version: 4;{P}                   | 2: fleets[1].version must be 3.1.1 or 5, not '4'
            fleets:;  - transport: quic;{P}              | 2: fleets[1].transport must be tcp, tls, ws or wss, not 'quic'
            fleets:;  - transport: tls;    tls: {ca: none.crt};{P}   | 3: fleets[1].tls.ca must be a PEM file that can be read
            fleets:;  - tls: {};{P}                      | 2: fleets[1].tls needs transport: tls or wss
            fleets:;  - source: [here];{P}               | 2: fleets[1].source must be addresses of this machine
            fleets:;  - subscribe: [{a: b}];{P}          | 2: fleets[1].subscribe must be a text or a list of texts
            fleets:;  - answer: r/{device};{P}           | 2: fleets[1].answer needs subscribe
            fleets:;  - payload: {size: 8};{P}           | 2: fleets[1].payload.size must be a size, or two as in '100 to 4KiB', from 40 to 1MiB, not '8'
            fleets:;  - payload: {size: 4 MB};{P}        | 2: fleets[1].payload.size must be a size
            fleets:;  - payload: {csv: none.csv};{P}     | 2: fleets[1].payload.csv must be a file that can be read, not 'none.csv'
            fleets:;  - payload: {template: '${sine 1}'};{P} | 2: fleets[1].payload.template has a placeholder ${sine 1}; known are
            fleets:;  - will: gone;{P}                   | 2: fleets[1].will must be keys with values, not 'gone'
            fleets:;  - misbehaviour: rude;{P}           | 2: fleets[1].misbehaviour must be one of none, half-open,
            fleets:;  - misbehaviour: duplicate-client-id;{P} | 2: fleets with duplicate-client-id need another fleet
            {F};{P};faults: [{kind: cut, at: 10s}]       | 3: faults[1].at must be a time before the phases are over
            {F};{P};faults: [{kind: break}]              | 3: faults[1].kind must be one of cut, black-hole, delay, rate, command, fill-disk, not 'break'
            {F};{P};faults: [{kind: command}]            | 3: faults[1].run is missing: the command
            {F};{P};faults: [{kind: fill-disk}]          | 3: faults[1].directory is missing
            {F};{P};proxies: [{name: b, listen: 1, to: here}] | 3: proxies[1].to must be host:port, or amqp for the AMQP broker of the run, not 'here'
            {F};{P};proxies: [{name: mqtt, listen: 1, to: 'a:1'}] | 3: proxies[1].name must be a name that no other proxy has
            {F};{P};mqtt: {port: 70000}                  | 3: mqtt.port must be a whole number from 1 to 65535, not '70000'
            {F};{P};limits: {settle: never}              | 3: limits.settle must be a time such as
            """)
    void mistakeIsSaidWithItsLine(String file, String expected) {
        String yaml = file.replace("{F}", FLEET).replace("{P}", PHASE).replace(';', '\n');

        String said = assertThrows(
                        ScenarioException.class, () -> ScenarioReader.parse(yaml + "\n", "x.yaml", Path.of(".")))
                .getMessage();

        String line = "x.yaml:" + expected;
        assertTrue(said.lines().anyMatch(mistake -> mistake.startsWith(line)), () -> said + "\nnot " + line);
    }
}
