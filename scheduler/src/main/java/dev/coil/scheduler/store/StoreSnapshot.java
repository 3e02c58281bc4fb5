package dev.coil.scheduler.store;

import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.Snapshot;

/** What was stored at one moment, whatever is stored since. May be read on another thread; to be closed before the store. */
public final class StoreSnapshot implements AutoCloseable {

    private final RocksDB database;
    private final Snapshot snapshot;

    StoreSnapshot(RocksDB database) {
        this.database = database;
        snapshot = database.getSnapshot();
    }

    /** Hands over all entries. Ends with what the sink throws. */
    public void forEach(EntrySink sink) {
        // What is read once is not to displace what is read again and again.
        try (var options = new ReadOptions().setSnapshot(snapshot).setFillCache(false);
                var iterator = database.newIterator(options)) {
            for (iterator.seekToFirst(); iterator.isValid(); iterator.next()) {
                sink.put(iterator.key(), iterator.value());
            }
            iterator.status();
        } catch (RocksDBException e) {
            throw new StoreFailure(e);
        }
    }

    @Override
    public void close() {
        database.releaseSnapshot(snapshot);
    }
}
