package dev.coil.viewer.archive;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.Semaphore;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import org.jspecify.annotations.Nullable;

/**
 * Archives without their compression, as files: a compressed one can be read from its beginning alone. Those that nobody has looked at for
 * longest go where others need the room. What one has open it can go on to read.
 */
final class OpenedFiles {

    private static final int AT_ONCE = 2;
    private static final int BUFFER = 64 * 1024;
    private static final int ATTEMPTS = 5;
    private static final long MIB = 1L << 20;

    /** Blobs, Kafka and the state need room more than this does: twice as much is left as blobs leave. */
    private static final long RESERVE = 1L << 30;

    private static final int RESERVE_PART = 10;
    private static final long LOOKED_AFTER = 32 * MIB;

    private final ArchiveSource source;
    private final Path directory;
    private final ArchiveLimits limits;
    private final Semaphore places = new Semaphore(AT_ONCE);
    private final ConcurrentMap<String, CompletableFuture<Boolean>> opening = new ConcurrentHashMap<>();

    /** @param directory of its own; what a former process left there is removed */
    OpenedFiles(ArchiveSource source, Path directory, ArchiveLimits limits) throws IOException {
        this.source = source;
        this.directory = Files.createDirectories(directory);
        this.limits = limits;
        for (var left : files()) {
            Files.deleteIfExists(left.path());
        }
    }

    private record Kept(Path path, long bytes, FileTime used) {}

    /** @return {@code null} if the archive is not kept any more */
    @Nullable
    FileChannel open(String sha256) throws IOException {
        var file = directory.resolve(sha256);
        for (int i = 0; i < ATTEMPTS; i++) {
            try {
                var opened = FileChannel.open(file, StandardOpenOption.READ);
                Files.setLastModifiedTime(file, FileTime.from(Instant.now()));
                return opened;
            } catch (NoSuchFileException e) {
                if (!make(sha256, file)) {
                    return null;
                }
            }
        }
        throw new NotNow("the node has so many archives open that there is no room for this one; try again later");
    }

    /** For all who want it at the same time once. */
    private boolean make(String sha256, Path file) throws IOException {
        var mine = new CompletableFuture<Boolean>();
        var others = opening.putIfAbsent(sha256, mine);
        if (others != null) {
            return await(others);
        }
        try {
            boolean made = Files.exists(file) || makeInTurn(sha256, file);
            mine.complete(made);
            return made;
        } catch (IOException | RuntimeException e) {
            mine.completeExceptionally(e);
            throw e;
        } finally {
            opening.remove(sha256);
        }
    }

    private static boolean await(CompletableFuture<Boolean> others) throws IOException {
        try {
            return others.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof IOException known) {
                throw known;
            }
            throw e;
        }
    }

    private boolean makeInTurn(String sha256, Path file) throws IOException {
        places.acquireUninterruptibly();
        try (var packed = kept(sha256)) {
            if (packed == null) {
                return false;
            }
            makeRoom(AT_ONCE * limits.bytes());
            var part = directory.resolve(sha256 + ".part");
            try {
                write(packed, part);
                Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
            } finally {
                Files.deleteIfExists(part);
            }
            return true;
        } finally {
            places.release();
        }
    }

    private @Nullable InputStream kept(String sha256) throws NotNow {
        try {
            return source.open(sha256);
        } catch (IOException e) {
            throw new NotNow("the node cannot read the archive: " + e.getMessage());
        }
    }

    private void write(InputStream packed, Path part) throws IOException {
        try (var content = new GZIPInputStream(packed, BUFFER);
                var out = Files.newOutputStream(part)) {
            var buffer = new byte[BUFFER];
            long written = 0;
            long looked = -LOOKED_AFTER;
            for (int n = content.read(buffer); n >= 0; n = content.read(buffer)) {
                written += n;
                if (written > limits.bytes()) {
                    throw new Unreadable("is larger than " + limits.bytes() / MIB + " MiB when it is unpacked, which is"
                            + " too large to be shown here");
                }
                if (written - looked > LOOKED_AFTER) {
                    looked = written;
                    requireDisk();
                }
                out.write(buffer, 0, n);
            }
        } catch (ZipException | EOFException e) {
            throw new Unreadable("is no gzip-compressed archive, or is damaged");
        }
    }

    /** Removes what was not looked at for longest, until so many bytes of what may be kept are free. */
    private synchronized void makeRoom(long wanted) throws IOException {
        var kept = new ArrayList<>(files());
        kept.removeIf(file -> file.path().toString().endsWith(".part"));
        kept.sort(Comparator.comparing(Kept::used));
        long sum = kept.stream().mapToLong(Kept::bytes).sum();
        for (var oldest : kept) {
            if (sum > limits.kept() - wanted) {
                Files.deleteIfExists(oldest.path());
                sum -= oldest.bytes();
            }
        }
    }

    private void requireDisk() throws IOException {
        if (isShort()) {
            makeRoom(limits.kept());
        }
        if (isShort()) {
            throw new NotNow("the disk of this node has too little room left to look into archives: make room, or"
                    + " download the archive");
        }
    }

    private boolean isShort() throws IOException {
        var disk = Files.getFileStore(directory);
        return disk.getUsableSpace() < Math.min(RESERVE, disk.getTotalSpace() / RESERVE_PART);
    }

    private List<Kept> files() throws IOException {
        var found = new ArrayList<Kept>();
        try (var files = Files.newDirectoryStream(directory)) {
            for (var file : files) {
                try {
                    found.add(new Kept(file, Files.size(file), Files.getLastModifiedTime(file)));
                } catch (NoSuchFileException e) {
                    // Another thread was faster.
                    continue;
                }
            }
        }
        return found;
    }
}
