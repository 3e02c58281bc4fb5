package dev.coil.scheduler.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.rocksdb.FlushOptions;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
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
    private long bytesWritten;
    private boolean dirty;

    private RocksStore(RocksDB database, Options options) {
        this.database = database;
        this.options = options;
    }

    /** @throws IOException saying what to do, if another process has the store or its files are damaged beyond reading */
    public static RocksStore open(Path directory) throws IOException {
        Files.createDirectories(directory);
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
            throw new IOException("cannot open the store in " + directory + ": " + e.getMessage(), e);
        }
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

    /** Puts a batch's overlay below those that come after it. */
    public void pend(Overlay overlay) {
        pending.add(overlay);
    }

    /** Stores the oldest pending overlay: all its changes at once, the position among them. */
    public void storeOldest() {
        var overlay = pending.get(0);
        try (var batch = new WriteBatch()) {
            overlay.drainTo((key, value) -> {
                try {
                    bytesWritten += key.length + (value == null ? 0 : value.length);
                    if (value == null) {
                        batch.delete(key);
                    } else {
                        batch.put(key, value);
                    }
                } catch (RocksDBException e) {
                    throw new StoreFailure(e);
                }
            });
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

    private final class Stored implements Overlay.Base {
        @Override
        public byte @Nullable [] get(byte[] key) {
            try {
                return database.get(key);
            } catch (RocksDBException e) {
                throw new StoreFailure(e);
            }
        }

        @Override
        public List<Map.Entry<byte[], byte[]>> page(byte[] prefix, byte[] from, int limit) {
            var entries = new ArrayList<Map.Entry<byte[], byte[]>>();
            try (var iterator = database.newIterator()) {
                for (iterator.seek(from); iterator.isValid() && entries.size() < limit; iterator.next()) {
                    var key = iterator.key();
                    if (!Overlay.startsWith(key, prefix)) {
                        break;
                    }
                    entries.add(Map.entry(key, iterator.value()));
                }
                iterator.status();
            } catch (RocksDBException e) {
                throw new StoreFailure(e);
            }
            return entries;
        }
    }
}
