package io.forebay.gateway.storm;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What the threads of a process had of the processors, and for how long they were ready to run and had to wait: by name, from
 * /proc. Owned by one thread.
 */
final class Scheduling {
    private static final double MS = 1e6;

    private final Path tasks;
    private Map<String, Times> before;

    /** In nanoseconds; as often as it was given a processor. */
    private record Times(long ran, long waited, long slices) {
        Times plus(Times more) {
            return new Times(ran + more.ran, waited + more.waited, slices + more.slices);
        }

        Times minus(Times less) {
            return new Times(ran - less.ran, waited - less.waited, slices - less.slices);
        }
    }

    Scheduling(long pid) {
        tasks = Path.of("/proc/" + pid + "/task");
        before = now();
    }

    /** Since the last time: the threads that ran for longest. */
    String take(int threads) {
        Map<String, Times> now = now();
        Map<String, Times> since = new TreeMap<>();
        now.forEach((name, times) -> since.put(name, times.minus(before.getOrDefault(name, new Times(0, 0, 0)))));
        before = now;
        return since.entrySet().stream()
                .sorted(Comparator.comparingLong(entry -> -entry.getValue().ran()))
                .limit(threads)
                .map(entry -> {
                    Times times = entry.getValue();
                    return "%s ran %,.0f ms, waited %,.0f ms, %,.3f ms each of %,d times"
                            .formatted(
                                    entry.getKey(),
                                    times.ran() / MS,
                                    times.waited() / MS,
                                    times.waited() / MS / Math.max(1, times.slices()),
                                    times.slices());
                })
                .collect(Collectors.joining("\n        "));
    }

    private Map<String, Times> now() {
        try (Stream<Path> all = Files.list(tasks)) {
            return all.collect(Collectors.toMap(Scheduling::name, Scheduling::times, Times::plus, TreeMap::new));
        } catch (IOException fault) {
            throw new UncheckedIOException(fault);
        }
    }

    private static String name(Path task) {
        return read(task.resolve("comm"));
    }

    private static Times times(Path task) {
        String[] numbers = read(task.resolve("schedstat")).split(" ", -1);
        return numbers.length < 3
                ? new Times(0, 0, 0)
                : new Times(Long.parseLong(numbers[0]), Long.parseLong(numbers[1]), Long.parseLong(numbers[2]));
    }

    /** Empty for a thread that has ended meanwhile. */
    private static String read(Path file) {
        try {
            return Files.readString(file).strip();
        } catch (IOException ended) {
            return "";
        }
    }
}
