package dev.coil.viewer.notify;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What was told, also while it cannot be made durable. Any thread asks. */
final class Ledger {

    private static final Logger log = LoggerFactory.getLogger(Ledger.class);

    private final Told told;
    private final Map<String, String> owed = new ConcurrentHashMap<>();

    Ledger(Told told) {
        this.told = told;
    }

    @Nullable
    Telling last(String key) {
        var mine = owed.get(key);
        return Telling.read(mine == null ? told.last(key) : mine);
    }

    void remember(String key, Telling telling) {
        owed.put(key, telling.write());
        settle(key);
    }

    /** Tries again what could not be made durable. */
    void settle() {
        owed.keySet().forEach(this::settle);
    }

    private void settle(String key) {
        var value = owed.get(key);
        if (value == null) {
            return;
        }
        try {
            told.remember(key, value);
            owed.remove(key, value);
        } catch (RuntimeException e) {
            log.warn("cannot keep what a forge was told, and will try again: {}", e.toString());
        }
    }
}
