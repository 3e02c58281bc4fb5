package dev.coil.scheduler.resolver;

import dev.coil.scheduler.state.State;
import dev.coil.scheduler.state.Table;
import dev.coil.scheduler.store.EntrySink;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A state in memory that encodes and decodes everything, as the store does. */
public final class MemoryState implements State {

    private final TreeMap<byte[], Entry> entries = new TreeMap<>(Arrays::compareUnsigned);
    private long fingerprint;

    /** What is stored, and what it says, once somebody has asked: records do not change. */
    private static final class Entry {
        private final byte[] bytes;
        private @Nullable Object decoded;

        Entry(byte[] bytes) {
            this.bytes = bytes;
        }

        @SuppressWarnings("unchecked")
        <V> V value(Table<V> table) {
            if (decoded == null) {
                decoded = table.decode(bytes);
            }
            return (V) decoded;
        }
    }

    /** The same state, which goes its own way from now on. */
    public MemoryState copy() {
        var copy = new MemoryState();
        copy.entries.putAll(entries);
        copy.fingerprint = fingerprint;
        return copy;
    }

    @Override
    public <V> @Nullable V get(Table<V> table, byte[] key) {
        var entry = entries.get(full(table, key));
        return entry == null ? null : entry.value(table);
    }

    @Override
    public <V> void put(Table<V> table, byte[] key, V value) {
        var full = full(table, key);
        var bytes = table.encode(value);
        forget(full, entries.put(full, new Entry(bytes)));
        fingerprint += print(full, bytes);
    }

    @Override
    public void delete(Table<?> table, byte[] key) {
        var full = full(table, key);
        forget(full, entries.remove(full));
    }

    private void forget(byte[] key, @Nullable Entry entry) {
        if (entry != null) {
            fingerprint -= print(key, entry.bytes);
        }
    }

    private static long print(byte[] key, byte[] value) {
        long hash = 0xcbf29ce484222325L;
        for (byte b : key) {
            hash = (hash ^ (b & 0xff)) * 0x100000001b3L;
        }
        for (byte b : value) {
            hash = (hash ^ (b & 0xff)) * 0x100000001b3L;
        }
        hash ^= hash >>> 33;
        hash *= 0xff51afd7ed558ccdL;
        return hash ^ hash >>> 33;
    }

    @Override
    public <V> void scan(Table<V> table, byte[] prefix, byte[] from, Visitor<V> visitor) {
        var fullPrefix = full(table, prefix);
        var entry = entries.ceilingEntry(full(table, from));
        while (entry != null && startsWith(entry.getKey(), fullPrefix)) {
            var key = Arrays.copyOfRange(entry.getKey(), 1, entry.getKey().length);
            if (!visitor.visit(key, entry.getValue().value(table))) {
                return;
            }
            entry = entries.higherEntry(entry.getKey());
        }
    }

    private static boolean startsWith(byte[] key, byte[] prefix) {
        return key.length >= prefix.length && Arrays.equals(key, 0, prefix.length, prefix, 0, prefix.length);
    }

    private static byte[] full(Table<?> table, byte[] key) {
        var full = new byte[key.length + 1];
        full[0] = table.number();
        System.arraycopy(key, 0, full, 1, key.length);
        return full;
    }

    /** Of every byte of it, kept up as it changes: two states that differ have the same one about never. */
    public long fingerprint() {
        return fingerprint;
    }

    /** Hands over what is stored, in the order of the keys. */
    public void forEach(EntrySink sink) {
        entries.forEach((key, entry) -> sink.put(key, entry.bytes));
    }

    /** Takes in what was stored elsewhere. */
    public void load(byte[] key, byte[] value) {
        forget(key, entries.put(key, new Entry(value)));
        fingerprint += print(key, value);
    }

    /** The numbers of the tables that have entries. */
    Set<Byte> tables() {
        return entries.keySet().stream().map(key -> key[0]).collect(Collectors.toSet());
    }

    /** Every byte of it, for comparison. */
    public String dump() {
        var text = new StringBuilder();
        var hex = HexFormat.of();
        entries.forEach((key, entry) -> text.append(hex.formatHex(key))
                .append(' ')
                .append(hex.formatHex(entry.bytes))
                .append('\n'));
        return text.toString();
    }
}
