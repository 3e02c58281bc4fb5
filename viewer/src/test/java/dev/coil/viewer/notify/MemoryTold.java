package dev.coil.viewer.notify;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** As durable as the test. */
final class MemoryTold implements Told {

    final Map<String, String> values = new ConcurrentHashMap<>();
    volatile boolean broken;

    @Override
    public @Nullable String last(String key) {
        return values.get(key);
    }

    @Override
    public void remember(String key, String value) {
        if (broken) {
            throw new IllegalStateException("the log is away");
        }
        values.put(key, value);
    }
}
