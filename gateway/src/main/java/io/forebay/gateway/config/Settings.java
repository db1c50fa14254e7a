package io.forebay.gateway.config;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/**
 * The values of a configuration by path ({@code mqtt.port}): the defaults, over them a file, over both the environment.
 * Mistakes are collected, each with where it stands, and reported together.
 */
final class Settings {
    private static final Pattern BLANK_BEFORE_UNIT = Pattern.compile(" (?=[smhd]$)");
    private static final Pattern SIZE = Pattern.compile("(\\d{1,15}) ?(KiB|MiB|GiB)?");

    private static final Pattern INDEX = Pattern.compile("\\[\\d+]");

    /** @param where what to name in a mistake: file and line, or the environment variable */
    private record Value(String text, String where) {}

    private final Map<String, Value> values = new LinkedHashMap<>();
    private final Map<String, Node> lists = new LinkedHashMap<>();
    /** Where the entries stand that were given out. */
    private final IdentityHashMap<Map<String, String>, String> places = new IdentityHashMap<>();
    /** A set, since a value that is read twice is wrong once. */
    private final Set<String> mistakes = new LinkedHashSet<>();

    private String listSource = "";

    /** @param defaults names every key that exists */
    Settings(String defaults) {
        read(defaults, "defaults", true);
    }

    void overlay(String yaml, String source) {
        read(yaml, source, false);
    }

    void overlayEnvironment(Map<String, String> environment) {
        values.replaceAll((path, value) -> {
            String name =
                    "FOREBAY_" + path.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_');
            String text = environment.get(name);
            return text == null ? value : new Value(text, name);
        });
    }

    Iterable<String> paths() {
        return values.keySet();
    }

    String text(String path) {
        return value(path).text();
    }

    Optional<String> optional(String path) {
        return Optional.of(text(path)).filter(text -> !text.isEmpty());
    }

    Optional<Path> file(String path) {
        return optional(path).map(Path::of).filter(file -> {
            boolean readable = Files.isReadable(file);
            if (!readable) {
                mistake(path, "names a file that cannot be read: " + file);
            }
            return readable;
        });
    }

    boolean flag(String path) {
        String text = text(path);
        if (!text.equals("true") && !text.equals("false")) {
            mistake(path, "must be true or false, not '" + text + "'");
        }
        return text.equals("true");
    }

    int integer(String path, int min, int max) {
        return (int) bounded(path, value(path).text().matches("\\d{1,15}"), min, max);
    }

    /** Bytes, from a number with an optional unit. */
    long size(String path, long min, long max) {
        return bounded(path, SIZE.matcher(text(path)).matches(), min, max);
    }

    /** Milliseconds, from a number with a unit, 0 without one. */
    long durationMs(String path, long maxMs) {
        if (text(path).equals("0")) {
            return 0;
        }
        OptionalLong duration = Span.ms(BLANK_BEFORE_UNIT.matcher(text(path)).replaceFirst(""));
        if (duration.isEmpty() || duration.getAsLong() > maxMs) {
            mistake(
                    path,
                    "must be a time such as 90s, 30m, 12h or 7d, at most " + TimeUnit.MILLISECONDS.toDays(maxMs)
                            + "d, not '" + text(path) + "'");
            return 0;
        }
        return duration.getAsLong();
    }

    private long bounded(String path, boolean wellFormed, long min, long max) {
        long number = wellFormed ? bytes(text(path)) : -1;
        if (!wellFormed || number < min || number > max) {
            mistake(path, "must be a number from " + min + " to " + max + ", not '" + text(path) + "'");
            return min;
        }
        return number;
    }

    /** @return -1 for what is no number */
    static long bytes(String text) {
        Matcher size = SIZE.matcher(text);
        if (!size.matches()) {
            return -1;
        }
        String unit = size.group(2) == null ? "" : size.group(2);
        int shift =
                switch (unit) {
                    case "KiB" -> 10;
                    case "MiB" -> 20;
                    case "GiB" -> 30;
                    default -> 0;
                };
        return Long.parseLong(size.group(1)) << shift;
    }

    /** One of the constants, written in lower case with hyphens. */
    <E extends Enum<E>> E choice(String path, Class<E> type) {
        for (E constant : type.getEnumConstants()) {
            if (written(constant).equals(text(path))) {
                return constant;
            }
        }
        String all =
                Arrays.stream(type.getEnumConstants()).map(Settings::written).collect(Collectors.joining(" or "));
        mistake(path, "must be " + all + ", not '" + text(path) + "'");
        return type.getEnumConstants()[0];
    }

    private static String written(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** The entries of a list of texts. */
    List<String> texts(String path) {
        List<String> texts = new ArrayList<>();
        if (lists.get(path) instanceof SequenceNode list) {
            for (Node node : list.getValue()) {
                if (node instanceof ScalarNode) {
                    texts.add(scalar(node));
                } else {
                    mistakes.add(where(listSource, node) + ": each entry of " + path + " is a text");
                }
            }
        }
        return texts;
    }

    /** The entries of a list, each a mapping that has all the required keys and no others but the optional ones. */
    List<Map<String, String>> entries(String path, List<String> required, List<String> optional) {
        Set<String> known = new HashSet<>(required);
        known.addAll(optional);
        List<Map<String, String>> entries = new ArrayList<>();
        if (lists.get(path) instanceof SequenceNode list) {
            for (Node node : list.getValue()) {
                Map<String, String> entry = new LinkedHashMap<>();
                if (node instanceof MappingNode mapping) {
                    mapping.getValue().forEach(tuple -> put(entry, scalar(tuple.getKeyNode()), tuple.getValueNode()));
                }
                List<String> strange = entry.keySet().stream()
                        .filter(key -> !known.contains(INDEX.matcher(key).replaceAll("[]")))
                        .toList();
                if (entry.keySet().containsAll(required) && strange.isEmpty()) {
                    entries.add(entry);
                    places.put(entry, where(listSource, node));
                } else {
                    mistakes.add(where(listSource, node) + ": each entry of " + path + " has the keys "
                            + String.join(" and ", required)
                            + (optional.isEmpty() ? "" : ", and may have " + String.join(", ", optional))
                            + (strange.isEmpty() ? "" : "; this one has " + String.join(", ", strange)));
                }
            }
        }
        return entries;
    }

    /** A list of mappings within an entry becomes {@code list[0].key} and so on. */
    private static void put(Map<String, String> entry, String key, Node node) {
        if (!(node instanceof SequenceNode list)) {
            entry.put(key, scalar(node));
            return;
        }
        for (int i = 0; i < list.getValue().size(); i++) {
            if (list.getValue().get(i) instanceof MappingNode mapping) {
                for (NodeTuple tuple : mapping.getValue()) {
                    entry.put(key + "[" + i + "]." + scalar(tuple.getKeyNode()), scalar(tuple.getValueNode()));
                }
            } else {
                entry.put(key + "[" + i + "]", "");
            }
        }
    }

    void mistake(String path, String what) {
        Node list = lists.get(path);
        mistakes.add((list == null ? value(path).where() : where(listSource, list)) + ": " + path + " " + what);
    }

    /** In an entry of a list, as {@link #entries} has given it. */
    void mistake(String path, Map<String, String> entry, String what) {
        mistakes.add(places.get(entry) + ": " + path + ": " + what);
    }

    /** Throws {@link ConfigException} if there was any mistake. */
    void check() {
        if (!mistakes.isEmpty()) {
            throw new ConfigException(List.copyOf(mistakes));
        }
    }

    private Value value(String path) {
        Value value = values.get(path);
        if (value == null) {
            throw new IllegalStateException(path + " is not in the default configuration");
        }
        return value;
    }

    private void read(String yaml, String source, boolean defining) {
        try {
            new Compose(LoadSettings.builder().setLabel(source).build())
                    .composeString(yaml)
                    .ifPresent(root -> flatten("", root, source, defining));
        } catch (MarkedYamlEngineException broken) {
            String line = broken.getProblemMark()
                    .map(mark -> ":" + (mark.getLine() + 1))
                    .orElse("");
            mistakes.add(source + line + ": this is not YAML: " + broken.getProblem());
        }
    }

    private void flatten(String path, Node node, String source, boolean defining) {
        if (node instanceof MappingNode mapping) {
            if (lists.containsKey(path)) {
                mistakes.add(where(source, node) + ": " + path + " is a list: each entry begins with a hyphen");
                return;
            }
            for (NodeTuple tuple : mapping.getValue()) {
                String key = scalar(tuple.getKeyNode());
                flatten(path.isEmpty() ? key : path + "." + key, tuple.getValueNode(), source, defining);
            }
        } else if (!defining && !values.containsKey(path) && !lists.containsKey(path)) {
            mistakes.add(where(source, node) + ": there is no key " + (path.isEmpty() ? "without a name" : path)
                    + "; the nearest is " + nearest(path));
        } else if (node instanceof SequenceNode && (defining || lists.containsKey(path))) {
            lists.put(path, node);
            listSource = source;
        } else if (node instanceof ScalarNode && (defining || values.containsKey(path))) {
            values.put(path, new Value(scalar(node), where(source, node)));
        } else {
            mistakes.add(where(source, node) + ": " + path + " is not of the form that the default has");
        }
    }

    private static String scalar(Node node) {
        return node instanceof ScalarNode scalar ? scalar.getValue() : "";
    }

    private static String where(String source, Node node) {
        return source
                + node.getStartMark().map(mark -> ":" + (mark.getLine() + 1)).orElse("");
    }

    private String nearest(String path) {
        List<String> all = new ArrayList<>(values.keySet());
        all.addAll(lists.keySet());
        return all.stream()
                .min(Comparator.comparingInt(known -> distance(known, path)))
                .orElseThrow();
    }

    /** How many letters have to change to make one word of the other (Levenshtein). */
    private static int distance(String one, String other) {
        int[] row = new int[other.length() + 1];
        for (int j = 0; j <= other.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= one.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= other.length(); j++) {
                int change = diagonal + (one.charAt(i - 1) == other.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(change, Math.min(row[j], row[j - 1]) + 1);
            }
        }
        return row[other.length()];
    }
}
