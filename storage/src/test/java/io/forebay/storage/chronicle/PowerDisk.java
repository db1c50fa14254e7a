package io.forebay.storage.chronicle;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/**
 * A disk whose power can be cut. It remembers what was synced, of files and of the names in directories; the rest is there
 * after a cut in part: old pages, new ones, torn ones, names that come back or never came. A sync may fail as on Linux:
 * pages that were not written then are never written again unless they change. Any thread.
 */
final class PowerDisk implements Disk {
    private static final int PAGE = 4096;
    private static final int SECTOR = 512;
    /** Behind so many zeros nothing was ever written: Chronicle writes from the start of its file. */
    private static final int ZEROS_AT_END = 512 << 10;

    /** How much of what was not synced is there after a cut: nothing, a part, or, as after a kill, all of it. */
    private static final int NOTHING = 0;

    private static final int ALL = 3;

    private final Disk real = Disk.real();
    private final Path root;
    private final Random random;
    private final Map<Object, FileState> files = new HashMap<>();
    private final Map<Path, Map<String, FileState>> durableNames = new HashMap<>();
    private int steps;
    private int cutAt = Integer.MAX_VALUE;
    private Runnable onCut = () -> {};
    private double failing;
    private boolean cut;
    /** The process ends and the operating system does not: it keeps what it takes for written and is not. */
    private boolean kill;
    /** Whether the disk is not as the process had written it. */
    private boolean tookSomething;

    private final Map<Path, Content> image = new TreeMap<>();
    private final Set<Path> imageDirectories = new TreeSet<>();
    private final Map<Path, FileState> statesAtKill = new HashMap<>();

    /** What a file holds: pages that are not all zeros. */
    private static final class Content {
        long size;
        final TreeMap<Long, byte[]> pages = new TreeMap<>();

        byte[] page(long number) {
            byte[] page = pages.get(number);
            return page == null ? new byte[PAGE] : page;
        }
    }

    private static final class FileState {
        Content durable = new Content();
        /** Pages that a failed sync has not written, though they count as written. */
        final Map<Long, byte[]> stale = new HashMap<>();

        FileState copy() {
            FileState copy = new FileState();
            copy.durable.size = durable.size;
            copy.durable.pages.putAll(durable.pages);
            copy.stale.putAll(stale);
            return copy;
        }
    }

    PowerDisk(Path root, Random random) {
        this.root = root;
        this.random = random;
    }

    /** @param atStep of the calls of this disk, which begin and end with a step each */
    synchronized void cutAt(int atStep, Runnable toldBefore) {
        steps = 0;
        cutAt = atStep;
        onCut = toldBefore;
    }

    /** The same for a process that is killed. */
    synchronized void killAt(int atStep, Runnable toldBefore) {
        cutAt(atStep, toldBefore);
        kill = true;
    }

    /** @param chance of each sync of records to fail */
    synchronized void failing(double chance) {
        failing = chance;
    }

    synchronized boolean isCut() {
        return cut;
    }

    private synchronized void step() {
        if (++steps == cutAt) {
            cutNow();
        }
    }

    /** The first cut counts. */
    synchronized void cutNow() {
        if (!cut) {
            cut = true;
            onCut.run();
            kill |= random.nextInt(8) == 0;
            take(root, kill ? ALL : random.nextInt(ALL));
        }
    }

    Path root() {
        return root;
    }

    synchronized boolean isKill() {
        return kill;
    }

    /** Whether the cut took away, or tore, something that was written. */
    synchronized boolean tookSomething() {
        return tookSomething;
    }

    // ---- what the log calls ----

    /** What is not written reads as zeros as well. */
    @Override
    public void writeZeros(Path file, long bytes, BooleanSupplier enough) {
        step();
    }

    @Override
    public void allocate(Path file, long bytes) throws IOException {
        step();
        synchronized (this) {
            try (RandomAccessFile made = new RandomAccessFile(file.toFile(), "rw")) {
                made.setLength(bytes);
            }
            files.put(key(file), new FileState());
        }
        step();
    }

    @Override
    public void force(FileChannel channel) {
        throw new IllegalStateException("Which file?");
    }

    @Override
    public void force(Path file, FileChannel channel) throws IOException {
        step();
        synchronized (this) {
            if (random.nextDouble() < failing) {
                fail(file);
                throw new IOException("Input/output error");
            }
            sync(file);
        }
        step();
    }

    @Override
    public void forceAll(Path file, FileChannel channel) throws IOException {
        step();
        synchronized (this) {
            sync(file);
        }
        step();
    }

    @Override
    public void forceNames(Path directory) throws IOException {
        step();
        synchronized (this) {
            Map<String, FileState> names = new HashMap<>();
            for (Path entry : list(directory)) {
                names.put(entry.getFileName().toString(), Files.isDirectory(entry) ? null : state(entry));
            }
            durableNames.put(directory.toAbsolutePath(), names);
        }
        step();
    }

    @Override
    public void write(Path file, FileChannel channel, ByteBuffer bytes, long at) throws IOException {
        step();
        synchronized (this) {
            if (file.toString().endsWith(".new")) {
                files.put(key(file), new FileState()); // The number of a deleted file may be its own.
            }
            long last = (at + bytes.remaining() - 1) / PAGE;
            FileState state = state(file);
            for (long page = at / PAGE; page <= last; page++) {
                state.stale.remove(page);
            }
        }
        real.write(file, channel, bytes, at);
        step();
    }

    @Override
    public long usableBytes(Path directory) {
        return Long.MAX_VALUE / 2;
    }

    // ---- what is durable ----

    private static Object key(Path file) throws IOException {
        return Files.getAttribute(file, "unix:ino");
    }

    private FileState state(Path file) throws IOException {
        return files.computeIfAbsent(key(file), unknown -> new FileState());
    }

    private void sync(Path file) throws IOException {
        FileState state = state(file);
        Content now = load(file);
        for (Map.Entry<Long, byte[]> stale : state.stale.entrySet()) {
            byte[] page = now.page(stale.getKey());
            if (Arrays.equals(page, stale.getValue())) {
                put(now, stale.getKey(), state.durable.page(stale.getKey()));
            }
        }
        state.durable = now;
    }

    private void fail(Path file) throws IOException {
        FileState state = state(file);
        Content now = load(file);
        for (long page : differing(now, state.durable)) {
            if (random.nextBoolean()) {
                put(state.durable, page, now.page(page));
            } else {
                state.stale.put(page, now.page(page));
            }
        }
    }

    private static void put(Content content, long page, byte[] bytes) {
        content.pages.put(page, bytes);
    }

    private static Set<Long> differing(Content one, Content other) {
        Set<Long> pages = new TreeSet<>(one.pages.keySet());
        pages.addAll(other.pages.keySet());
        pages.removeIf(page -> Arrays.equals(one.page(page), other.page(page)));
        return pages;
    }

    private static Content load(Path file) throws IOException {
        Content content = new Content();
        byte[] zeros = new byte[PAGE];
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            content.size = Math.min(channel.size(), Fixture.SEGMENT);
            ByteBuffer piece = ByteBuffer.allocate(64 << 10);
            long lastUsed = 0;
            for (long at = 0; at < content.size && at - lastUsed < ZEROS_AT_END; at += piece.capacity()) {
                piece.clear();
                Arrays.fill(piece.array(), (byte) 0);
                while (piece.hasRemaining() && channel.read(piece, at + piece.position()) > 0) {
                    // Until it is full or the file ends.
                }
                for (int from = 0; from < piece.capacity(); from += PAGE) {
                    if (Arrays.mismatch(piece.array(), from, from + PAGE, zeros, 0, PAGE) >= 0) {
                        put(content, (at + from) / PAGE, Arrays.copyOfRange(piece.array(), from, from + PAGE));
                        lastUsed = at;
                    }
                }
            }
        }
        return content;
    }

    private static Set<Path> list(Path directory) throws IOException {
        try (Stream<Path> entries = Files.list(directory)) {
            Set<Path> found = new TreeSet<>();
            entries.forEach(found::add);
            return found;
        } catch (NoSuchFileException gone) {
            return new TreeSet<>();
        }
    }

    // ---- the cut ----

    /** @param mood {@link #NOTHING}, {@link #ALL}, or between: a part */
    private void take(Path directory, int mood) {
        try {
            Map<String, FileState> durable = durableNames.getOrDefault(directory.toAbsolutePath(), Map.of());
            Set<String> names = new TreeSet<>(durable.keySet());
            Set<String> present = new HashSet<>();
            for (Path entry : list(directory)) {
                present.add(entry.getFileName().toString());
            }
            names.addAll(present);
            for (String name : names) {
                takeName(directory.resolve(name), durable, present.contains(name), mood);
            }
        } catch (IOException cause) {
            throw new UncheckedIOException(cause);
        }
    }

    private void takeName(Path path, Map<String, FileState> durable, boolean isPresent, int mood) throws IOException {
        String name = path.getFileName().toString();
        boolean wasDurable = durable.containsKey(name);
        boolean wanted = isPresent ? wasDurable || is(mood) : !is(mood);
        tookSomething |= wanted != isPresent;
        if (!wanted) {
            return;
        }
        try {
            if (isPresent && Files.isDirectory(path)) {
                imageDirectories.add(root.relativize(path));
                take(path, mood);
                return;
            }
            FileState now = isPresent ? state(path) : null;
            if (kill) {
                statesAtKill.put(root.relativize(path), now.copy());
            }
            FileState old = durable.get(name);
            boolean useOld = !isPresent || (wasDurable && old != now && !is(mood));
            if (useOld && old == null) {
                return; // A directory that was deleted: it comes back empty, which is as if it did not.
            }
            tookSomething |= useOld;
            image.put(root.relativize(path), useOld ? old.durable : mixed(load(path), now.durable, mood));
        } catch (NoSuchFileException gone) {
            // Deleted at this very moment.
        }
    }

    private boolean is(int mood) {
        return mood == ALL || (mood != NOTHING && random.nextBoolean());
    }

    private Content mixed(Content now, Content old, int mood) {
        Content mixed = new Content();
        mixed.size = is(mood) || old.size == 0 ? now.size : old.size;
        tookSomething |= mixed.size != now.size;
        mixed.pages.putAll(old.pages);
        for (long page : differing(now, old)) {
            if (is(mood)) {
                boolean torn = mood != ALL && random.nextInt(3) == 0;
                put(mixed, page, torn ? torn(now.page(page), old.page(page)) : now.page(page));
            }
            tookSomething |= !Arrays.equals(mixed.page(page), now.page(page));
        }
        return mixed;
    }

    private byte[] torn(byte[] now, byte[] old) {
        byte[] page = old.clone();
        for (int at = 0; at < PAGE; at += SECTOR) {
            if (random.nextBoolean()) {
                System.arraycopy(now, at, page, at, SECTOR);
            }
        }
        return page;
    }

    /** Writes what the cut has left to another directory. @return the disk of that, with all of it durable after a cut */
    synchronized PowerDisk after(Path directory) throws IOException {
        PowerDisk disk = new PowerDisk(directory, random);
        for (Path path : imageDirectories) {
            Files.createDirectories(directory.resolve(path));
        }
        for (Map.Entry<Path, Content> entry : image.entrySet()) {
            Path path = directory.resolve(entry.getKey());
            write(path, entry.getValue());
            if (kill) {
                disk.files.put(key(path), statesAtKill.get(entry.getKey()));
            } else {
                disk.sync(path);
            }
        }
        disk.allNamesAreDurable(directory);
        return disk;
    }

    private static void write(Path path, Content content) throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
            file.setLength(content.size);
            for (Map.Entry<Long, byte[]> page : content.pages.entrySet()) {
                long at = page.getKey() * PAGE;
                int length = (int) Math.min(PAGE, content.size - at);
                if (length > 0) {
                    file.seek(at);
                    file.write(page.getValue(), 0, length);
                }
            }
        }
    }

    private void allNamesAreDurable(Path directory) throws IOException {
        Map<String, FileState> names = new HashMap<>();
        for (Path entry : list(directory)) {
            boolean isDirectory = Files.isDirectory(entry);
            names.put(entry.getFileName().toString(), isDirectory ? null : state(entry));
            if (isDirectory) {
                allNamesAreDurable(entry);
            }
        }
        durableNames.put(directory.toAbsolutePath(), names);
    }
}
