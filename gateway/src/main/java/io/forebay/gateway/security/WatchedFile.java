package io.forebay.gateway.security;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file that is read again when it changes. One that is wrong is refused at the start; later what was read before it stays
 * in force, and that is said. Read by the thread forebay-reload, asked by any.
 */
public final class WatchedFile<T> implements Supplier<T> {
    private static final Logger LOG = LoggerFactory.getLogger(WatchedFile.class);

    private record Stamp(Object modified, long size, Object key) {}

    private final String setting;
    private final Path path;
    private final long bytesMax;
    private final Function<List<String>, T> parser;
    private final AtomicReference<T> current = new AtomicReference<>();
    private final AtomicReference<String> fault = new AtomicReference<>("");
    /** What was looked at last, null if that was wrong; of the thread forebay-reload. */
    private Stamp stamp;

    /**
     * Reads it; throws IllegalArgumentException with a sentence if it cannot be used.
     *
     * @param setting the key that names the file
     * @param bytesMax a larger file counts as one that cannot be read
     * @param parser throws IllegalArgumentException for lines that are wrong
     */
    public WatchedFile(String setting, Path path, long bytesMax, Function<List<String>, T> parser) {
        this.setting = setting;
        this.path = path;
        this.bytesMax = bytesMax;
        this.parser = parser;
        try {
            stamp = stamp();
            current.set(parse());
        } catch (IOException | IllegalArgumentException wrong) {
            throw new IllegalArgumentException(path + " cannot be used (" + setting + "): " + said(wrong), wrong);
        }
    }

    /** What stands in it, or stood in it when it was last right. */
    @Override
    public T get() {
        return current.get();
    }

    /** What is wrong with what stands in it now. */
    public Optional<String> fault() {
        return Optional.of(fault.get()).filter(sentence -> !sentence.isEmpty());
    }

    /** @return whether something else is in force now */
    boolean look() {
        try {
            Stamp now = stamp();
            if (now.equals(stamp)) {
                return false;
            }
            stamp = now;
            current.set(parse());
            fault.set("");
            LOG.info("A file was read again [file={}, setting={}]", path, setting);
            return true;
        } catch (IOException | IllegalArgumentException wrong) {
            stamp = null; // It is read again and again, until it is right.
            String sentence =
                    path + " cannot be used (" + setting + "), what was read before stays in force: " + said(wrong);
            if (!Objects.equals(fault.getAndSet(sentence), sentence)) {
                LOG.error(sentence);
            }
            return false;
        }
    }

    private Stamp stamp() throws IOException {
        BasicFileAttributes file = Files.readAttributes(path, BasicFileAttributes.class);
        return new Stamp(file.lastModifiedTime(), file.size(), file.fileKey());
    }

    private T parse() throws IOException {
        try {
            return parser.apply(lines());
        } catch (StackOverflowError nested) { // Or nobody would ever look again, and nobody be told.
            throw new IllegalArgumentException("it is nested too deeply", nested);
        }
    }

    private List<String> lines() throws IOException {
        if (Files.size(path) > bytesMax) {
            throw new IOException("it is larger than authentication.file-size-max, " + bytesMax + " bytes");
        }
        return Files.readAllLines(path);
    }

    private static String said(Exception wrong) {
        return wrong instanceof CharacterCodingException
                ? "it is not UTF-8"
                : wrong instanceof IOException ? "it cannot be read: " + wrong.getMessage() : wrong.getMessage();
    }
}
