package dev.coil.scheduler.store;

import org.rocksdb.RocksDBException;

/** The store cannot be read or written. Ends the ownership; nothing of the batch is applied. */
public final class StoreFailure extends RuntimeException {

    private final boolean damage;

    StoreFailure(RocksDBException cause) {
        super("the store failed: " + cause.getMessage(), cause);
        damage = RocksStore.isDamage(cause);
    }

    /** Whether its files are not what was written, so that it has to be rebuilt. */
    public boolean isDamage() {
        return damage;
    }
}
