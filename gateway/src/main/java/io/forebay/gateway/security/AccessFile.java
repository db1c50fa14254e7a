package io.forebay.gateway.security;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/** Reads the file of access rules; forebay.yaml says what may stand in it. Used by one thread for one file. */
public final class AccessFile {
    private static final int CHARACTERS_MAX = 64 << 20;
    private static final Set<String> KEYS =
            Set.of("allow", "deny", "topic", "user", "group", "client", "max-qos", "retain");

    private final List<AccessRule> rules = new ArrayList<>();
    private final Map<String, Set<String>> groups = new HashMap<>();

    private AccessFile() {}

    /** Throws IllegalArgumentException that names the first line that is wrong: then nothing of it counts. */
    public static AccessRules parse(List<String> lines) {
        AccessFile file = new AccessFile();
        LoadSettings settings =
                LoadSettings.builder().setCodePointLimit(CHARACTERS_MAX).build();
        try {
            new Compose(settings).composeString(String.join("\n", lines)).ifPresent(file::read);
        } catch (MarkedYamlEngineException broken) {
            int line = broken.getProblemMark().map(mark -> mark.getLine() + 1).orElse(0);
            throw new IllegalArgumentException("line " + line + ": this is not YAML: " + broken.getProblem(), broken);
        } catch (YamlEngineException broken) {
            throw new IllegalArgumentException("this is not YAML: " + broken.getMessage(), broken);
        }
        return new AccessRules(file.rules, file.groups);
    }

    private void read(Node root) {
        for (Map.Entry<String, Node> section :
                mapping(root, Set.of("groups", "rules")).entrySet()) {
            if (section.getKey().equals("rules")) {
                for (Node rule : sequence(section.getValue())) {
                    addRules(rule);
                }
            } else {
                mapping(section.getValue(), null).forEach((group, users) -> {
                    Set<String> names = new HashSet<>();
                    sequence(users).forEach(user -> names.add(scalar(user)));
                    groups.put(group, names);
                });
            }
        }
    }

    private void addRules(Node node) {
        Map<String, Node> keys = mapping(node, KEYS);
        if (keys.containsKey("allow") == keys.containsKey("deny")) {
            throw wrong(node, "a rule has either allow or deny");
        }
        boolean allow = keys.containsKey("allow");
        Node whatNode = keys.get(allow ? "allow" : "deny");
        String what = scalar(whatNode);
        if (!Set.of("publish", "subscribe", "both").contains(what)) {
            throw wrong(whatNode, "allow and deny are followed by publish, subscribe or both, not '" + what + "'");
        }
        if (!allow && (keys.containsKey("max-qos") || keys.containsKey("retain"))) {
            throw wrong(node, "max-qos and retain say what is allowed, so deny has none");
        }
        Node topic = keys.get("topic");
        if (topic == null) {
            throw wrong(node, "a rule has a topic, or a list of them");
        }
        for (Node one : topic instanceof SequenceNode several ? several.getValue() : List.of(topic)) {
            rules.add(new AccessRule(
                    allow,
                    !what.equals("subscribe"),
                    !what.equals("publish"),
                    name(keys.get("user")),
                    name(keys.get("group")),
                    name(keys.get("client")),
                    template(one),
                    keys.containsKey("max-qos") ? number(keys.get("max-qos"), "0", "1", "2") : 2,
                    !keys.containsKey("retain") || number(keys.get("retain"), "false", "true") == 1));
        }
    }

    private static TopicTemplate template(Node node) {
        try {
            return new TopicTemplate(scalar(node));
        } catch (IllegalArgumentException wrong) {
            throw wrong(node, wrong.getMessage());
        }
    }

    private static Optional<String> name(Node node) {
        return Optional.ofNullable(node).map(AccessFile::scalar);
    }

    /** Which of these it is. */
    private static int number(Node node, String... words) {
        int found = List.of(words).indexOf(scalar(node));
        if (found < 0) {
            throw wrong(node, "'" + scalar(node) + "' is none of " + String.join(", ", words));
        }
        return found;
    }

    /** @param known null for any */
    private static Map<String, Node> mapping(Node node, Set<String> known) {
        if (!(node instanceof MappingNode mapping)) {
            throw wrong(node, "there are keys with values here, and nothing else");
        }
        Map<String, Node> entries = new HashMap<>();
        for (NodeTuple tuple : mapping.getValue()) {
            String key = scalar(tuple.getKeyNode());
            if (known != null && !known.contains(key)) {
                throw wrong(tuple.getKeyNode(), "there is no key '" + key + "' here");
            }
            if (entries.put(key, tuple.getValueNode()) != null) {
                throw wrong(tuple.getKeyNode(), "the key '" + key + "' stands here twice");
            }
        }
        return entries;
    }

    private static List<Node> sequence(Node node) {
        if (!(node instanceof SequenceNode sequence)) {
            throw wrong(node, "there is a list here, and nothing else");
        }
        return sequence.getValue();
    }

    private static String scalar(Node node) {
        if (!(node instanceof ScalarNode scalar) || scalar.getValue().isEmpty()) {
            throw wrong(node, "there is one word or text here, and nothing else");
        }
        return scalar.getValue();
    }

    private static IllegalArgumentException wrong(Node node, String sentence) {
        int line = node.getStartMark().map(mark -> mark.getLine() + 1).orElse(0);
        return new IllegalArgumentException("line " + line + ": " + sentence);
    }
}
