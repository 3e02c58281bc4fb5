package dev.coil.scheduler.store;

import java.io.IOException;
import java.nio.file.Path;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;

/**
 * Makes a store of entries that are known already. It is none before it has been closed: whoever is interrupted leaves a part of the
 * entries, which must not be taken for a store.
 */
public final class StoreFiller implements EntrySink, AutoCloseable {

    private static final long BATCH_BYTES = 1 << 20;

    private final RocksStore store;
    private final WriteOptions unlogged;
    private final WriteBatch batch;

    /** @param directory of no store */
    public StoreFiller(Path directory) throws IOException {
        // This loads the library that the others are of.
        store = RocksStore.open(directory);
        unlogged = new WriteOptions().setDisableWAL(true);
        batch = new WriteBatch();
    }

    @Override
    public void put(byte[] key, byte[] value) {
        try {
            batch.put(key, value);
            if (batch.getDataSize() >= BATCH_BYTES) {
                write();
            }
        } catch (RocksDBException e) {
            throw new StoreFailure(e);
        }
    }

    private void write() throws RocksDBException {
        store.write(unlogged, batch);
        batch.clear();
    }

    /** Returns when all of it is on the disk. */
    @Override
    public void close() {
        try {
            write();
        } catch (RocksDBException e) {
            throw new StoreFailure(e);
        } finally {
            batch.close();
            unlogged.close();
            store.close();
        }
    }
}
