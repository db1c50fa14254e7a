package io.forebay.gateway.security;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.forebay.storage.Message;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PermissionsTest {
    private static RuledAccess access(String rules) {
        return new RuledAccess(AccessFile.parse(rules.lines().toList()), true, 4);
    }

    private static RuledPermissions permissions(String rules, String clientId, String user) {
        return access(rules).permissions(clientId, user.isEmpty() ? Identity.anonymous("") : Identity.of(user));
    }

    private static boolean mayReceive(Permissions device, String topic) {
        return device.receives(topic) != Permissions.DENIED;
    }

    @Test
    void theFirstRuleThatFitsDecidesAndWhatNoneFitsIsDenied() {
        RuledPermissions device = permissions("""
                rules:
                  - {deny: publish, topic: plant/secret/#}
                  - {allow: publish, topic: plant/#}
                  - {deny: both, topic: plant/late}
                """, "d", "anna");

        assertTrue(device.permits("plant/a", 2, true));
        assertTrue(device.permits("plant/late", 0, false), "the rule before has decided");
        assertFalse(device.permits("plant/secret/a", 0, false));
        assertFalse(device.permits("other", 0, false));
        assertFalse(mayReceive(device, "plant/a"), "what it may publish it need not be sent");
    }

    @Test
    void rulesAreForAUserAGroupAClientOrAll() {
        String rules = """
                groups:
                  crew: [anna]
                rules:
                  - {allow: publish, user: anna, topic: user}
                  - {allow: publish, group: crew, topic: group}
                  - {allow: publish, client: d, topic: client}
                  - {allow: publish, user: anna, client: d, topic: together}
                  - {allow: publish, topic: all}
                """;
        assertEquals("user group client together all ", allowed(permissions(rules, "d", "anna")));
        assertEquals("user group all ", allowed(permissions(rules, "e", "anna")));
        assertEquals("client all ", allowed(permissions(rules, "d", "ben")));
        assertEquals("all ", allowed(permissions(rules, "e", "")));
        Identity claims = Identity.anonymous("anna");
        assertEquals("all ", allowed(access(rules).permissions("e", claims)), "a name that is only said is none");
        Identity shown = new Identity("zoe", false, Set.of("crew"), Identity.ALWAYS);
        assertEquals("group all ", allowed(access(rules).permissions("e", shown)));
    }

    private static String allowed(RuledPermissions device) {
        StringBuilder topics = new StringBuilder();
        for (String topic : new String[] {"user", "group", "client", "together", "all"}) {
            topics.append(device.permits(topic, 0, false) ? topic + " " : "");
        }
        return topics.toString();
    }

    @ParameterizedTest
    @ValueSource(strings = {"+", "#", "a/b", "+/x", "", "a/#", "/", "$SYS", "$share"})
    void aNameThatIsNotOneLevelStandsForNothing(String name) {
        String rules = """
                rules:
                  - {allow: both, topic: "%c/#"}
                  - {allow: both, topic: "%u/#"}
                """;
        for (RuledPermissions device :
                new RuledPermissions[] {permissions(rules, name, "u"), permissions(rules, "c", name)}) {
            assertFalse(device.permits("other/x", 0, false));
            assertFalse(device.permits(name + "/x", 0, false));
            assertEquals(Permissions.DENIED, device.grants("#", false));
            assertEquals(Permissions.DENIED, device.grants("+/#", false));
            assertEquals(Permissions.DENIED, device.grants("other/#", false));
        }
    }

    @Test
    void aPlaceholderIsExactlyOneLevel() {
        String rules = """
                rules:
                  - {allow: both, topic: "dev/%c/%u/#"}
                """;
        RuledPermissions device = permissions(rules, "100%c", "%c");

        assertTrue(device.permits("dev/100%c/%c/x", 2, true), "what is filled in is not filled in again");
        assertFalse(device.permits("dev/100%c/100%c/x", 0, false));
        assertEquals(2, device.grants("dev/100%c/%c/+", false));
        assertEquals(Permissions.DENIED, device.grants("dev/+/%c/x", false));
        assertFalse(permissions(rules, "d", "").permits("dev/d//x", 0, false), "nobody has no level");
    }

    @Test
    void qosAndRetainAreLimitedByTheRuleThatFits() {
        RuledPermissions device = permissions("""
                rules:
                  - {allow: both, topic: a, max-qos: 1, retain: false}
                  - {allow: both, topic: "#"}
                """, "d", "");

        assertTrue(device.permits("a", 1, false));
        assertFalse(device.permits("a", 2, false));
        assertFalse(device.permits("a", 0, true));
        assertTrue(device.permits("b", 2, true));
        assertEquals(1, device.grants("a", false));
        assertEquals(2, device.grants("b", false));
    }

    @Test
    void aWiderSubscriptionIsGrantedAndBringsNothingThatIsDenied() {
        RuledPermissions device = permissions("""
                rules:
                  - {deny: subscribe, topic: secret/#}
                  - {allow: subscribe, topic: "#"}
                """, "d", "");

        assertEquals(2, device.grants("#", false));
        assertEquals(2, device.grants("+/a", false));
        assertEquals(Permissions.DENIED, device.grants("secret/+", false));
        assertEquals(Permissions.DENIED, device.grants("secret", false));
        assertTrue(mayReceive(device, "open/a"));
        assertFalse(mayReceive(device, "secret/a"));
        assertEquals(Permissions.DENIED, device.grants("#", true), "a group would lose what one member is denied");
        assertEquals(Permissions.DENIED, device.grants("+/a", true));
        assertEquals(2, device.grants("open/+", true));
    }

    @Test
    void aMessageIsSentAtNoHigherQosThanTheRuleOfItsTopicSays() {
        RuledPermissions device = permissions("""
                rules:
                  - {allow: subscribe, topic: slow/#, max-qos: 0}
                  - {allow: subscribe, topic: "#"}
                """, "d", "");

        assertEquals(2, device.grants("#", false));
        assertEquals(0, device.receives("slow/a"));
        assertEquals(2, device.receives("a"));
    }

    @Test
    void theFirstRuleThatFitsDecidesWhetherItIsForAUserAClientOrEverybody() {
        RuledPermissions device = permissions("""
                rules:
                  - {deny: both, topic: a/no, client: d}
                  - {allow: both, topic: "a/#"}
                  - {deny: both, topic: "#", client: d, user: ben}
                  - {allow: both, topic: b, user: anna}
                  - {deny: both, topic: "b", client: d}
                  - {deny: both, topic: c, client: d}
                  - {allow: both, topic: c, user: anna}
                """, "d", "anna");

        assertTrue(device.permits("a/yes", 0, false));
        assertFalse(device.permits("a/no", 0, false));
        assertTrue(device.permits("b", 0, false));
        assertFalse(device.permits("c", 0, false));
    }

    @Test
    void whatIsNotAllowedWhollyIsNotGranted() {
        RuledPermissions device = permissions("""
                rules:
                  - {allow: subscribe, topic: [a/b, "c/+"]}
                """, "d", "");

        assertEquals(2, device.grants("a/b", false));
        assertEquals(2, device.grants("c/x", false));
        for (String wider : new String[] {"#", "a/+", "a/b/#", "+/b", "c/#"}) {
            assertEquals(Permissions.DENIED, device.grants(wider, false), wider);
        }
    }

    @Test
    void rulesThatChangeCountAtOnceForThoseWhoAreConnected() {
        RuledAccess access = access("rules:\n  - {allow: both, topic: a}\n");
        RuledPermissions device = access.permissions("d", Identity.of("anna"));
        assertTrue(device.permits("a", 0, false) && mayReceive(device, "a"));

        access.change(AccessFile.parse(java.util.List.of("rules:", "  - {allow: both, topic: b}")));
        assertFalse(device.permits("a", 0, false) || mayReceive(device, "a"));
        assertTrue(device.permits("b", 0, false) && mayReceive(device, "b"));
        access.change(AccessRules.CLOSED);
        assertFalse(device.permits("b", 0, false) || mayReceive(device, "b"));
        access.change(AccessRules.OPEN);
        assertTrue(device.permits("a", 2, true) && mayReceive(device, "a"));
    }

    @Test
    void withoutRulesEverythingIsAllowedButToSpeakForTheServer() {
        RuledPermissions device = RuledAccess.open().permissions("d", Identity.anonymous(""));

        assertTrue(device.permits("a", 2, true) && device.permits("$SYSTEM/a", 2, true));
        assertFalse(device.permits("$SYS/x", 0, false) || device.permits("$SYS", 0, false));
        assertTrue(mayReceive(device, "$SYS/x"));
        assertEquals(2, device.grants("$SYS/#", true));
        RuledPermissions ruled = permissions("rules:\n  - {allow: publish, topic: $SYS/#}\n", "d", "");
        assertTrue(ruled.permits("$SYS/x", 0, false), "somebody has allowed it");
    }

    @Test
    void moreTopicsThanAreRememberedAreDecidedAllTheSame() {
        RuledPermissions device = permissions("rules:\n  - {allow: both, topic: a/+}\n", "d", "");
        for (int i = 0; i < 100; i++) {
            assertTrue(device.permits("a/" + i, 0, false));
            assertFalse(device.permits("b/" + i, 0, false));
            assertTrue(mayReceive(device, "a/" + i));
        }
    }

    @Test
    void aWillIsJudgedByWhoItsDeviceWas() {
        String rules = """
                rules:
                  - {allow: publish, user: anna, topic: user}
                  - {allow: publish, group: crew, topic: group}
                """;

        assertTrue(access(rules).mayPublish(will("user", "anna"), Set.of()).result());
        assertFalse(access(rules).mayPublish(will("user", "ben"), Set.of()).result());
        assertTrue(
                access(rules).mayPublish(will("group", "ben"), Set.of("crew")).result());
        assertFalse(access(rules).mayPublish(will("group", "ben"), Set.of()).result());
        RuledAccess claimed = new RuledAccess(AccessFile.parse(rules.lines().toList()), false, 4);
        assertFalse(claimed.mayPublish(will("user", "anna"), Set.of()).result(), "nobody has proven to be anna");
    }

    private static Message will(String topic, String user) {
        return new Message(0, "d", topic, 1, false, false, 5, 0, new byte[0], new byte[0], user);
    }
}
