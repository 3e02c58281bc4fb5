package dev.coil.scheduler.store;

import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What was lately read from or written to the store, decoded; absence is remembered as well. */
final class ReadCache {

    private static final int ENTRIES = 20_000;
    private static final Object ABSENT = new Object();

    private final Map<ByteBuffer, Object> entries = new LinkedHashMap<>(ENTRIES * 2, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<ByteBuffer, Object> eldest) {
            return size() > ENTRIES;
        }
    };

    /** Finds out what an entry is. */
    interface Loader<V> {
        @Nullable
        V load();
    }

    @SuppressWarnings("unchecked")
    <V> @Nullable V get(byte[] key, Loader<V> loader) {
        var wrapped = ByteBuffer.wrap(key);
        var known = entries.get(wrapped);
        if (known == null) {
            var loaded = loader.load();
            entries.put(wrapped, loaded == null ? ABSENT : loaded);
            return loaded;
        }
        return known == ABSENT ? null : (V) known;
    }

    void put(byte[] key, Object value) {
        entries.put(ByteBuffer.wrap(key), value);
    }

    void remove(byte[] key) {
        entries.put(ByteBuffer.wrap(key), ABSENT);
    }
}
