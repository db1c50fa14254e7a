package io.forebay.gateway.control;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Where the control socket is.
 *
 * @param socket absent if there is to be none
 * @param connectionsMax how many commands may be connected; a further one is turned away
 * @param timelineSamples how many seconds in which something moved are remembered, to say when a message was settled
 */
public record ControlConfig(Optional<Path> socket, int connectionsMax, int timelineSamples) {
    /** What every system takes (sun_path is 104 to 108 bytes), with a little for the name under which it is made. */
    public static final int PATH_BYTES_MAX = 100;

    /** @param file as configured: empty for none, relative to the data directory, or absolute */
    public static ControlConfig of(Path dataDir, String file, int connectionsMax, int timelineSamples) {
        return new ControlConfig(
                file.isEmpty()
                        ? Optional.empty()
                        : Optional.of(dataDir.resolve(file).toAbsolutePath().normalize()),
                connectionsMax,
                timelineSamples);
    }

    static boolean isTooLong(Path socket) {
        return socket.toString().getBytes(StandardCharsets.UTF_8).length > PATH_BYTES_MAX;
    }
}
