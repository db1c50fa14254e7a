package io.forebay.simulator.scenario;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.snakeyaml.engine.v2.common.FlowStyle;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/**
 * A mapping of a scenario file, asked key by key. A mistake is noted and a default returned, so that one reading finds them
 * all; a key that nobody asked for is a mistake as well. Owned by the thread that reads.
 */
final class Section {
    private final String source;
    private final String path;
    private final Node node;
    private final List<String> mistakes;
    private final Map<String, Node> values = new LinkedHashMap<>();
    private final Map<String, Node> keys = new LinkedHashMap<>();
    private final TreeSet<String> asked = new TreeSet<>();

    Section(String source, String path, Node node, List<String> mistakes) {
        this.source = source;
        this.path = path;
        this.node = node;
        this.mistakes = mistakes;
        if (node instanceof MappingNode mapping) {
            for (NodeTuple tuple : mapping.getValue()) {
                String key = scalar(tuple.getKeyNode());
                keys.put(key, tuple.getKeyNode());
                if (values.put(key, tuple.getValueNode()) != null) {
                    mistakes.add(where(tuple.getKeyNode()) + ": " + name(key) + " is there twice");
                }
            }
        } else if (!scalar(node).isEmpty() || node instanceof SequenceNode) {
            mistakes.add(where(node) + ": " + (path.isEmpty() ? "a scenario" : path) + " must be keys with values, not "
                    + shown(node));
        }
    }

    boolean has(String key) {
        asked.add(key);
        return values.containsKey(key);
    }

    /** Whether the value is a plain one, not a mapping or a list. */
    boolean isPlain(String key) {
        return has(key) && values.get(key) instanceof ScalarNode;
    }

    String text(String key, String otherwise) {
        if (!has(key)) {
            return otherwise;
        }
        if (!(values.get(key) instanceof ScalarNode)) {
            expected(key, "a text");
            return otherwise;
        }
        return scalar(values.get(key));
    }

    String required(String key, String what) {
        if (!has(key)) {
            mistakes.add(where(node) + ": " + name(key) + " is missing: " + what);
            return "";
        }
        return text(key, "");
    }

    boolean flag(String key, boolean otherwise) {
        String text = text(key, Boolean.toString(otherwise));
        if (!text.equals("true") && !text.equals("false")) {
            expected(key, "true or false");
        }
        return text.equals("true");
    }

    int integer(String key, int min, int max, int otherwise) {
        return (int) measure(key, Quantity.COUNT, min, max, otherwise);
    }

    long bytes(String key, long min, long max, long otherwise) {
        return (long) measure(key, Quantity.BYTES, (double) min, (double) max, (double) otherwise);
    }

    /** Per second; {@code 5000} and {@code 5000/s} are the same. */
    double rate(String key, double min, double max, double otherwise) {
        return measure(key, Quantity.RATE, min, max, otherwise);
    }

    /** A factor; {@code 50%} and {@code 0.5} are the same. */
    double share(String key, double max, double otherwise) {
        return measure(key, Quantity.SHARE, 0, max, otherwise);
    }

    Duration duration(String key, Duration min, Duration max, Duration otherwise) {
        return Duration.ofMillis((long) measure(key, Quantity.DURATION, millis(min), millis(max), millis(otherwise)));
    }

    private static double millis(Duration duration) {
        return (double) duration.toMillis();
    }

    private double measure(String key, Quantity quantity, double min, double max, double otherwise) {
        if (!has(key)) {
            return otherwise;
        }
        Optional<Double> number = quantity.parse(text(key, ""));
        if (number.isEmpty() || number.get() < min || number.get() > max) {
            expected(key, quantity.expected(min, max));
            return otherwise;
        }
        return number.get();
    }

    <E extends Enum<E>> E choice(String key, Class<E> type, E otherwise) {
        String text = text(key, spelled(otherwise));
        for (E constant : type.getEnumConstants()) {
            if (spelled(constant).equals(text)) {
                return constant;
            }
        }
        expected(
                key,
                Stream.of(type.getEnumConstants())
                        .map(Section::spelled)
                        .collect(Collectors.joining(", ", "one of ", "")));
        return otherwise;
    }

    private static String spelled(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** The texts of a list; a single text is a list of one. */
    List<String> texts(String key) {
        if (!has(key)) {
            return List.of();
        }
        if (values.get(key) instanceof SequenceNode list) {
            if (!list.getValue().stream().allMatch(ScalarNode.class::isInstance)) {
                expected(key, "a text or a list of texts");
            }
            return list.getValue().stream().map(Section::scalar).toList();
        }
        return List.of(text(key, ""));
    }

    /** What is below a key; an empty section if there is nothing. */
    Section section(String key) {
        return new Section(source, name(key), has(key) ? values.get(key) : nothing(), mistakes);
    }

    private Node nothing() {
        return new MappingNode(Tag.MAP, true, List.of(), FlowStyle.BLOCK, node.getStartMark(), node.getEndMark());
    }

    List<Section> sections(String key) {
        List<Section> sections = new ArrayList<>();
        if (has(key)) {
            if (values.get(key) instanceof SequenceNode list) {
                for (Node entry : list.getValue()) {
                    sections.add(new Section(source, name(key) + "[" + (sections.size() + 1) + "]", entry, mistakes));
                }
            } else {
                expected(key, "a list: lines that begin with -");
            }
        }
        return sections;
    }

    /** Notes every key that nobody asked for. */
    void done() {
        for (Map.Entry<String, Node> entry : keys.entrySet()) {
            if (!asked.contains(entry.getKey())) {
                mistakes.add(where(entry.getValue()) + ": there is no key " + name(entry.getKey()) + "; known here are "
                        + String.join(", ", asked));
            }
        }
    }

    void expected(String key, String what) {
        Node value = values.getOrDefault(key, node);
        mistakes.add(where(value) + ": " + name(key) + " must be " + what + ", not " + shown(value));
    }

    void mistake(String key, String what) {
        mistakes.add(where(values.getOrDefault(key, node)) + ": " + name(key) + " " + what);
    }

    private String name(String key) {
        return path.isEmpty() ? key : path + "." + key;
    }

    private static String scalar(Node node) {
        return node instanceof ScalarNode scalar ? scalar.getValue() : "";
    }

    private static String shown(Node node) {
        return node instanceof ScalarNode scalar
                ? "'" + scalar.getValue() + "'"
                : node instanceof SequenceNode ? "a list" : "keys with values";
    }

    private String where(Node at) {
        return source
                + at.getStartMark().map(mark -> ":" + (mark.getLine() + 1)).orElse("");
    }
}
