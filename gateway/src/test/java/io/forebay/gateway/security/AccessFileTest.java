package io.forebay.gateway.security;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AccessFileTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{permit: publish, topic: a} | line 3: there is no key 'permit' here",
                "{allow: publish} | line 3: a rule has a topic, or a list of them",
                "{allow: publish, deny: subscribe, topic: a} | line 3: a rule has either allow or deny",
                "{topic: a} | line 3: a rule has either allow or deny",
                "{allow: read, topic: a} | line 3: allow and deny are followed by publish, subscribe or both, not 'read'",
                "{allow: publish, topic: a/#/b} | line 3: topic filter 'a/#/b': it must not be empty, + must fill a whole level, # must fill the last one (MQTT-4.7.1)",
                "{allow: publish, topic: a/x%c} | line 3: topic 'a/x%c': %c and %u must fill a whole level",
                "{allow: publish, topic: a, max-qos: 3} | line 3: '3' is none of 0, 1, 2",
                "{allow: publish, topic: a, retain: no} | line 3: 'no' is none of false, true",
                "{deny: publish, topic: a, max-qos: 1} | line 3: max-qos and retain say what is allowed, so deny has none",
                "{allow: publish, topic: a, topic: b} | line 3: the key 'topic' stands here twice",
                "{allow: publish, topic: a, user: [b]} | line 3: there is one word or text here, and nothing else",
                "allow | line 3: there are keys with values here, and nothing else",
                "{allow: publish, topic: % | line 3: this is not YAML: found character '%' that cannot start any token. (Do not use % for indentation)"
            })
    void aMistakeIsNamedByItsLine(String rule, String sentence) {
        var wrong = assertThrows(
                IllegalArgumentException.class,
                () -> AccessFile.parse(List.of("rules:", "  - {allow: both, topic: ok}", "  - " + rule)));

        assertEquals(sentence, wrong.getMessage());
    }

    @Test
    void anEmptyFileAllowsNothing() {
        RuledPermissions device = new RuledAccess(AccessFile.parse(List.of("# nothing yet")), true, 4)
                .permissions("d", Identity.of("anna"));

        assertEquals(false, device.permits("a", 0, false));
    }
}
