package dev.coil.scheduler.store;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What was lately read from or written to the store, decoded; absence is remembered as well. */
final class ReadCache {

    private static final int ENTRIES = 20_000;
    private static final Object ABSENT = new Object();

    private final Map<Key, Object> entries = new LinkedHashMap<>(ENTRIES * 2, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Key, Object> eldest) {
            return size() > ENTRIES;
        }
    };

    /** Finds out what an entry is. */
    interface Loader<V> {
        @Nullable
        V load();
    }

    @SuppressWarnings("unchecked")
    <V> @Nullable V get(Key key, Loader<V> loader) {
        var known = entries.get(key);
        if (known == null) {
            var loaded = loader.load();
            entries.put(key, loaded == null ? ABSENT : loaded);
            return loaded;
        }
        return known == ABSENT ? null : (V) known;
    }

    void put(Key key, Object value) {
        entries.put(key, value);
    }

    void remove(Key key) {
        entries.put(key, ABSENT);
    }
}
