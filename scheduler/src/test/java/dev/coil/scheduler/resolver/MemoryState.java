package dev.coil.scheduler.resolver;

import dev.coil.scheduler.state.State;
import dev.coil.scheduler.state.Table;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A state in memory that encodes and decodes everything, as the store does. */
final class MemoryState implements State {

    private final TreeMap<byte[], byte[]> entries = new TreeMap<>(Arrays::compareUnsigned);

    @Override
    public <V> @Nullable V get(Table<V> table, byte[] key) {
        var bytes = entries.get(full(table, key));
        return bytes == null ? null : table.decode(bytes);
    }

    @Override
    public <V> void put(Table<V> table, byte[] key, V value) {
        entries.put(full(table, key), table.encode(value));
    }

    @Override
    public void delete(Table<?> table, byte[] key) {
        entries.remove(full(table, key));
    }

    @Override
    public <V> void scan(Table<V> table, byte[] prefix, byte[] from, Visitor<V> visitor) {
        var fullPrefix = full(table, prefix);
        var entry = entries.ceilingEntry(full(table, from));
        while (entry != null && startsWith(entry.getKey(), fullPrefix)) {
            var key = Arrays.copyOfRange(entry.getKey(), 1, entry.getKey().length);
            if (!visitor.visit(key, table.decode(entry.getValue()))) {
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

    /** Every byte of it, for comparison. */
    String dump() {
        var text = new StringBuilder();
        var hex = HexFormat.of();
        entries.forEach((key, value) -> text.append(hex.formatHex(key))
                .append(' ')
                .append(hex.formatHex(value))
                .append('\n'));
        return text.toString();
    }
}
