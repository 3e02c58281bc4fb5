package dev.coil.scheduler.store;

import dev.coil.scheduler.state.State;
import dev.coil.scheduler.state.Table;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.rocksdb.FlushOptions;
import org.rocksdb.NativeLibraryLoader;
import org.rocksdb.Options;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.Slice;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;

/**
 * The stored state of one partition: a cache of its command log. There is no write-ahead log, as the command log is one; there is one
 * column family, so that whatever a crash leaves is the state after some batch, together with that batch's position.
 */
public final class RocksStore implements AutoCloseable {

    private final RocksDB database;
    private final Options options;
    private final WriteOptions unlogged = new WriteOptions().setDisableWAL(true);
    private final List<Overlay> pending = new CopyOnWriteArrayList<>();
    private final Overlay.Base base = new Stored();
    private final ReadCache cache = new ReadCache();
    private long bytesWritten;
    private boolean dirty;

    private RocksStore(RocksDB database, Options options) {
        this.database = database;
        this.options = options;
    }

    /**
     * @throws StoreDamaged if its files are not what was written
     * @throws IOException if it cannot be opened for another reason: another process has it, or the disk is full
     */
    public static RocksStore open(Path directory) throws IOException {
        Files.createDirectories(directory);
        // Beside the store rather than in the system's temporary directory, where each killed process would leave a
        // copy behind.
        NativeLibraryLoader.getInstance().loadLibrary(directory.toString());
        RocksDB.loadLibrary();
        var options = new Options()
                .setCreateIfMissing(true)
                .setWriteBufferSize(32L << 20)
                .setMaxWriteBufferNumber(3)
                .setMaxBackgroundJobs(2)
                .setKeepLogFileNum(2)
                .setInfoLogLevel(org.rocksdb.InfoLogLevel.WARN_LEVEL);
        try {
            return new RocksStore(RocksDB.open(options, directory.toString()), options);
        } catch (RocksDBException e) {
            options.close();
            var message = "cannot open the store in " + directory + ": " + e.getMessage();
            throw isDamage(e) ? new StoreDamaged(message, e) : new IOException(message, e);
        }
    }

    /** A lock that another process holds, a full disk and forbidden files are errors of input and output as well. */
    static boolean isDamage(RocksDBException e) {
        var status = e.getStatus();
        if (status == null) {
            return false;
        }
        return switch (status.getCode()) {
            // What a newer RocksDB has written is not supported.
            case Corruption, NotFound, InvalidArgument, NotSupported -> true;
            case IOError -> String.valueOf(e.getMessage()).contains("No such file");
            default -> false;
        };
    }

    /** Removes a store that is not open; the command log has all that was in it. */
    public static void discard(Path directory) throws IOException {
        if (!Files.exists(directory)) {
            return;
        }
        try (var files = Files.walk(directory)) {
            for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    /** An overlay over what is stored and what is pending. */
    public Overlay overlay() {
        return new Overlay(base, pending);
    }

    /** What is stored alone, without what is pending. */
    public State stored() {
        return new Overlay(base, List.of());
    }

    /** What is stored, as it is now. */
    public StoreSnapshot snapshot() {
        return new StoreSnapshot(database);
    }

    /** Writes entries of which nothing was read yet. */
    void write(WriteOptions options, WriteBatch batch) throws RocksDBException {
        database.write(options, batch);
        dirty = true;
    }

    /** Puts a batch's overlay below those that come after it. */
    public void pend(Overlay overlay) {
        pending.add(overlay);
    }

    /** Stores the oldest pending overlay: all its changes at once, the position among them. */
    public void storeOldest() {
        var overlay = pending.get(0);
        try (var batch = new WriteBatch()) {
            overlay.drainTo(new Writer(batch));
            database.write(unlogged, batch);
        } catch (RocksDBException e) {
            throw new StoreFailure(e);
        }
        pending.remove(0);
        dirty = true;
    }

    /** Writes what is in memory to disk, so that a crash costs less replay; without waiting for it to be done. */
    public void flush() {
        flush(false);
    }

    private void flush(boolean wait) {
        if (!dirty) {
            return;
        }
        try (var flush = new FlushOptions().setWaitForFlush(wait)) {
            database.flush(flush);
            dirty = false;
        } catch (RocksDBException e) {
            throw new StoreFailure(e);
        }
    }

    /** The bytes of keys and values stored since the store was opened. */
    public long bytesWritten() {
        return bytesWritten;
    }

    @Override
    public void close() {
        try {
            flush(true);
        } finally {
            database.close();
            unlogged.close();
            options.close();
        }
    }

    private final class Writer implements Overlay.Sink {
        private final WriteBatch batch;

        Writer(WriteBatch batch) {
            this.batch = batch;
        }

        @Override
        public void put(Table<?> table, Key key, Object value, byte[] encoded) {
            try {
                bytesWritten += key.bytes().length + encoded.length;
                batch.put(key.bytes(), encoded);
                if (table.isHot()) {
                    cache.put(key, value);
                }
            } catch (RocksDBException e) {
                throw new StoreFailure(e);
            }
        }

        @Override
        public void delete(Table<?> table, Key key) {
            try {
                bytesWritten += key.bytes().length;
                batch.delete(key.bytes());
                if (table.isHot()) {
                    cache.remove(key);
                }
            } catch (RocksDBException e) {
                throw new StoreFailure(e);
            }
        }
    }

    private final class Stored implements Overlay.Base {
        @Override
        public <V> @Nullable V get(Table<V> table, Key key) {
            return table.isHot() ? cache.get(key, () -> read(table, key)) : read(table, key);
        }

        private <V> @Nullable V read(Table<V> table, Key key) {
            try {
                var bytes = database.get(key.bytes());
                return bytes == null ? null : table.decode(bytes);
            } catch (RocksDBException e) {
                throw new StoreFailure(e);
            }
        }

        @Override
        public List<Map.Entry<byte[], byte[]>> page(byte[] prefix, byte[] from, int limit) {
            var entries = new ArrayList<Map.Entry<byte[], byte[]>>();
            // Without the bound a scan of an empty range would walk over whatever was deleted behind it.
            try (var bound = new Slice(afterPrefix(prefix));
                    var bounded = new ReadOptions().setIterateUpperBound(bound);
                    var iterator = database.newIterator(bounded)) {
                for (iterator.seek(from); iterator.isValid() && entries.size() < limit; iterator.next()) {
                    entries.add(Map.entry(iterator.key(), iterator.value()));
                }
                iterator.status();
            } catch (RocksDBException e) {
                throw new StoreFailure(e);
            }
            return entries;
        }
    }

    /** The first key after all that start with the prefix, which starts with a table's number and is never all ones. */
    private static byte[] afterPrefix(byte[] prefix) {
        int length = prefix.length;
        while (prefix[length - 1] == (byte) 0xff) {
            length--;
        }
        var after = Arrays.copyOf(prefix, length);
        after[length - 1]++;
        return after;
    }
}
