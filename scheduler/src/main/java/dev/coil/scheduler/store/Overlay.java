package dev.coil.scheduler.store;

import dev.coil.scheduler.state.State;
import dev.coil.scheduler.state.Table;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The changes of one batch of commands over what lies below: the overlays of batches that are not stored yet, and the store. It keeps
 * records as they are and encodes each but once, when the batch is stored.
 */
public final class Overlay implements State {

    private static final Object DELETED = new Object();
    private static final int FIRST_PAGE = 16;
    private static final int LARGEST_PAGE = 1024;

    private final Layer[] layers = new Layer[Table.NUMBERS];
    private final Base base;
    private final List<Overlay> below;

    /** What an entry becomes. */
    private record Change(Table<?> table, Object value) {}

    /** The changes of one table. Most tables are never scanned, so their order is made when it is first asked for. */
    private static final class Layer {
        private final HashMap<Key, Change> changes = new HashMap<>();
        private @Nullable TreeMap<byte[], Change> sorted;

        void put(Key key, Change change) {
            changes.put(key, change);
            if (sorted != null) {
                sorted.put(key.bytes(), change);
            }
        }

        TreeMap<byte[], Change> sorted() {
            if (sorted == null) {
                sorted = new TreeMap<>(Arrays::compareUnsigned);
                for (var entry : changes.entrySet()) {
                    sorted.put(entry.getKey().bytes(), entry.getValue());
                }
            }
            return sorted;
        }
    }

    /**
     * @param base the store
     * @param below the overlays between this and the store, oldest first; the list may lose its first ones as they are stored
     */
    Overlay(Base base, List<Overlay> below) {
        this.base = base;
        this.below = below;
    }

    /** What is stored. */
    interface Base {
        <V> @Nullable V get(Table<V> table, Key key);

        /** At most {@code limit} stored entries with keys from {@code from} that start with {@code prefix}. */
        List<Map.Entry<byte[], byte[]>> page(byte[] prefix, byte[] from, int limit);
    }

    @Override
    public <V> @Nullable V get(Table<V> table, byte[] key) {
        var full = new Key(full(table, key));
        var change = change(table, full);
        for (int i = below.size() - 1; change == null && i >= 0; i--) {
            change = below.get(i).change(table, full);
        }
        if (change != null) {
            return value(change);
        }
        return base.get(table, full);
    }

    @Override
    public <V> void put(Table<V> table, byte[] key, V value) {
        layer(table).put(new Key(full(table, key)), new Change(table, value));
    }

    @Override
    public void delete(Table<?> table, byte[] key) {
        layer(table).put(new Key(full(table, key)), new Change(table, DELETED));
    }

    private Layer layer(Table<?> table) {
        var layer = layers[table.number()];
        if (layer == null) {
            layer = new Layer();
            layers[table.number()] = layer;
        }
        return layer;
    }

    private @Nullable Change change(Table<?> table, Key key) {
        var layer = layers[table.number()];
        return layer == null ? null : layer.changes.get(key);
    }

    /** Reads a page at a time, so that the visitor may change what it is shown and what comes after. */
    @Override
    public <V> void scan(Table<V> table, byte[] prefix, byte[] from, Visitor<V> visitor) {
        var fullPrefix = full(table, prefix);
        var next = full(table, from);
        int size = FIRST_PAGE;
        while (next != null) {
            var page = page(fullPrefix, next, size);
            for (var entry : page.entries()) {
                var key = Arrays.copyOfRange(entry.getKey(), 1, entry.getKey().length);
                if (!visitor.visit(key, decode(table, entry.getValue()))) {
                    return;
                }
            }
            next = page.next();
            size = Math.min(LARGEST_PAGE, size * 4);
        }
    }

    private record Page(List<Map.Entry<byte[], Object>> entries, byte @Nullable [] next) {}

    /** Merges the layers, at most {@code size} entries of each; what lies beyond the first cut waits for the next page. */
    private Page page(byte[] prefix, byte[] from, int size) {
        var merged = new TreeMap<byte[], Object>(Arrays::compareUnsigned);
        var stored = base.page(prefix, from, size);
        stored.forEach(entry -> merged.put(entry.getKey(), entry.getValue()));
        byte[] end = stored.size() == size ? successor(stored.get(size - 1).getKey()) : null;
        for (var overlay : below) {
            end = earlier(end, overlay.lay(merged, prefix, from, size));
        }
        end = earlier(end, lay(merged, prefix, from, size));
        var entries = new ArrayList<Map.Entry<byte[], Object>>();
        (end == null ? merged : merged.headMap(end, false)).forEach((key, value) -> {
            if (value != DELETED) {
                entries.add(Map.entry(key, value));
            }
        });
        return new Page(entries, end);
    }

    /** Returns where it stopped if it did not lay all. */
    private byte @Nullable [] lay(NavigableMap<byte[], Object> merged, byte[] prefix, byte[] from, int size) {
        var layer = layers[prefix[0]];
        if (layer == null) {
            return null;
        }
        int laid = 0;
        for (var entry : layer.sorted().tailMap(from, true).entrySet()) {
            var key = entry.getKey();
            if (!startsWith(key, prefix)) {
                return null;
            }
            if (laid++ == size) {
                return key;
            }
            merged.put(key, entry.getValue().value());
        }
        return null;
    }

    private static byte @Nullable [] earlier(byte @Nullable [] a, byte @Nullable [] b) {
        if (a == null || b == null) {
            return a == null ? b : a;
        }
        return Arrays.compareUnsigned(a, b) < 0 ? a : b;
    }

    @SuppressWarnings("unchecked")
    private static <V> V decode(Table<V> table, Object value) {
        return value instanceof byte[] bytes ? table.decode(bytes) : (V) value;
    }

    @SuppressWarnings("unchecked")
    private static <V> @Nullable V value(Change change) {
        return change.value() == DELETED ? null : (V) change.value();
    }

    /** Hands over what the batch changed. */
    void drainTo(Sink sink) {
        for (var layer : layers) {
            if (layer != null) {
                layer.changes.forEach((key, change) -> {
                    if (change.value() == DELETED) {
                        sink.delete(key);
                    } else {
                        sink.put(key, change.value(), encode(change));
                    }
                });
            }
        }
    }

    @SuppressWarnings("unchecked")
    private static byte[] encode(Change change) {
        return ((Table<Object>) change.table()).encode(change.value());
    }

    /** Takes changes: what an entry is and how it is encoded, or that it is gone. */
    interface Sink {
        void put(Key key, Object value, byte[] encoded);

        void delete(Key key);
    }

    private static byte[] full(Table<?> table, byte[] key) {
        var full = new byte[key.length + 1];
        full[0] = table.number();
        System.arraycopy(key, 0, full, 1, key.length);
        return full;
    }

    private static byte[] successor(byte[] key) {
        return Arrays.copyOf(key, key.length + 1);
    }

    static boolean startsWith(byte[] key, byte[] prefix) {
        return key.length >= prefix.length && Arrays.equals(key, 0, prefix.length, prefix, 0, prefix.length);
    }
}
