package io.forebay.gateway.security;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** When a change of a file is taken over, and when what cannot be taken back follows from it. */
class ReloadingTest {
    private final List<String> said = new ArrayList<>();

    @TempDir
    Path directory;

    @Test
    void nothingFollowsForGoodFromAFileThatSomebodyIsWriting() throws IOException {
        Path file = Files.writeString(directory.resolve("users"), "anna, ben");
        WatchedFile<String> watched = new WatchedFile<>("users", file, 1_000, ReloadingTest::read);
        try (Reloading reloading = new Reloading(TimeUnit.HOURS.toMillis(1))) {
            reloading.add(watched, () -> said.add("changed"), () -> said.add("settled"));
            reloading.look();
            assertEquals(List.of(), said);

            Files.writeString(file, "");
            reloading.look();
            Files.writeString(file, "anna, b");
            reloading.look();
            Files.writeString(file, "broken");
            reloading.look();
            reloading.look();
            assertEquals(List.of("changed", "changed"), said);
            Files.writeString(file, "anna, ben");
            reloading.look();
            assertEquals(List.of("changed", "changed", "changed"), said);

            reloading.look();
            reloading.look();
            assertEquals(List.of("changed", "changed", "changed", "settled"), said);
        }
    }

    private static String read(List<String> lines) {
        String text = String.join("", lines);
        if (text.equals("broken")) {
            throw new IllegalArgumentException("it is broken");
        }
        return text;
    }
}
