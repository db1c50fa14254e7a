package io.forebay.gateway.control;

import java.io.IOException;
import java.net.ConnectException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * The file of the control socket. No state; blocks for the disk.
 *
 * <p>It is made in a directory that nobody else can enter, given its mode there and then moved to its place: so there is no
 * moment in which others could connect, whatever the umask, and a stale file of a dead gateway is replaced at once.
 */
final class SocketFile {
    private final Path place;
    private final Path workshop;

    /** Throws {@link ControlException} if it cannot be. */
    SocketFile(Path place) {
        this.place = place;
        this.workshop = place.resolveSibling("." + place.getFileName());
        if (ControlConfig.isTooLong(place)) {
            throw new ControlException(
                    ControlException.BAD_REQUEST,
                    "The path of the control socket is longer than the " + ControlConfig.PATH_BYTES_MAX
                            + " bytes that a socket may have: " + place
                            + "; set control.socket to a shorter one, or to nothing for none.");
        }
    }

    /** @return where to bind; {@link #publish} moves it to its place */
    Path prepare() {
        try {
            refuseToReplace();
            Files.createDirectories(place.getParent());
            Files.deleteIfExists(workshop.resolve("s"));
            Files.deleteIfExists(workshop);
            Files.createDirectory(
                    workshop, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            return workshop.resolve("s");
        } catch (IOException fault) {
            throw cannot(fault);
        }
    }

    private void refuseToReplace() throws IOException {
        if (!Files.exists(place, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        if (!Files.readAttributes(place, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                .isOther()) {
            throw new ControlException(
                    ControlException.CONFLICT,
                    "The control socket cannot be made, there is a file that is none: " + place + " (control.socket).");
        }
        if (isAnswered()) {
            throw new ControlException(
                    ControlException.CONFLICT,
                    "Another process has its control socket at " + place + " (control.socket).");
        }
    }

    private boolean isAnswered() throws IOException {
        try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(place))) {
            return channel.isConnected();
        } catch (ConnectException stale) {
            return false;
        }
    }

    void publish() {
        try {
            Path made = workshop.resolve("s");
            Files.setPosixFilePermissions(made, PosixFilePermissions.fromString("rw-------"));
            Files.move(made, place, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            Files.delete(workshop);
        } catch (IOException fault) {
            throw cannot(fault);
        }
    }

    void delete() {
        try {
            Files.deleteIfExists(place);
        } catch (IOException stays) {
            // A stale one is replaced at the next start.
        }
    }

    private ControlException cannot(IOException fault) {
        return new ControlException(
                ControlException.CONFLICT,
                "The control socket cannot be made at " + place + " (control.socket): " + fault,
                fault);
    }
}
