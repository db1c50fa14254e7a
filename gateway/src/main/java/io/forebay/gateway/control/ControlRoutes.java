package io.forebay.gateway.control;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What can be asked of a gateway. Filled before the server starts, and not changed after that. */
public final class ControlRoutes {
    private final List<Entry> entries = new ArrayList<>();

    private record Entry(String method, List<String> path, ControlRoute route) {
        Map<String, String> match(List<String> asked) {
            if (asked.size() != path.size()) {
                return null;
            }
            Map<String, String> names = new HashMap<>();
            for (int i = 0; i < asked.size(); i++) {
                String part = path.get(i);
                if (part.startsWith("{")) {
                    names.put(part.substring(1, part.length() - 1), asked.get(i));
                } else if (!part.equals(asked.get(i))) {
                    return null;
                }
            }
            return names;
        }
    }

    /** @param names what the open parts of the path are */
    record Match(ControlRoute route, Map<String, String> names) {}

    /** @param path as in {@code /quarantine/{id}}: a part in braces stands for any */
    @CanIgnoreReturnValue
    public ControlRoutes on(String method, String path, ControlRoute route) {
        entries.add(new Entry(method, parts(path), route));
        return this;
    }

    /** Throws {@link ControlException} if there is none. */
    Match find(String method, String path) {
        List<String> asked = decoded(path);
        for (Entry entry : entries) {
            Map<String, String> names = entry.method().equals(method) ? entry.match(asked) : null;
            if (names != null) {
                return new Match(entry.route(), names);
            }
        }
        throw new ControlException(
                ControlException.NOT_FOUND,
                "This gateway does not know " + method + " " + path
                        + ": is it of the same version as the command? It knows " + String.join(", ", all()) + ".");
    }

    private static List<String> decoded(String path) {
        try {
            return parts(path).stream()
                    .map(part -> URLDecoder.decode(part, StandardCharsets.UTF_8))
                    .toList();
        } catch (IllegalArgumentException malformed) {
            throw new ControlException(ControlException.BAD_REQUEST, "This is no path: " + path, malformed);
        }
    }

    /** What there is, for people. */
    public List<String> all() {
        return entries.stream()
                .map(entry -> entry.method() + " /" + String.join("/", entry.path()))
                .toList();
    }

    private static List<String> parts(String path) {
        return List.of(path.substring(path.startsWith("/") ? 1 : 0).split("/", -1));
    }
}
