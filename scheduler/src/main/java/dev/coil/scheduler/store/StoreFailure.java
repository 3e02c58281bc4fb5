package dev.coil.scheduler.store;

import org.rocksdb.RocksDBException;

/** The store cannot be read or written. Ends the ownership; nothing of the batch is applied. */
public final class StoreFailure extends RuntimeException {
    StoreFailure(RocksDBException cause) {
        super("the store failed: " + cause.getMessage(), cause);
    }
}
