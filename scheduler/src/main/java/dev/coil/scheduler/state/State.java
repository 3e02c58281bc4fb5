package dev.coil.scheduler.state;

import org.jspecify.annotations.Nullable;

/** The resolver's state: sorted tables of immutable records. */
public interface State {

    <V> @Nullable V get(Table<V> table, byte[] key);

    <V> void put(Table<V> table, byte[] key, V value);

    void delete(Table<?> table, byte[] key);

    /**
     * Visits entries in the order of their keys, until the visitor has had enough. The visitor may change the state.
     *
     * @param prefix of the keys to visit
     * @param from the first key to visit if it is there; at or after the prefix
     */
    <V> void scan(Table<V> table, byte[] prefix, byte[] from, Visitor<V> visitor);

    /** Visits all entries whose keys start with the prefix. */
    default <V> void scan(Table<V> table, byte[] prefix, Visitor<V> visitor) {
        scan(table, prefix, prefix, visitor);
    }

    /** Takes an entry of a scan. */
    @FunctionalInterface
    interface Visitor<V> {
        /** Returns whether to go on. */
        boolean visit(byte[] key, V value);
    }
}
