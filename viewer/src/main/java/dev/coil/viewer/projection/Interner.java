package dev.coil.viewer.projection;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Makes equal immutable values one object. */
final class Interner {

    private final int most;
    private final Map<Object, Object> values = new HashMap<>();

    /** @param most it forgets all when it knows this many */
    Interner(int most) {
        this.most = most;
    }

    @SuppressWarnings("unchecked") // the one object equals the given one and is of its class
    <T> T one(T value) {
        if (values.size() >= most) {
            values.clear();
        }
        return (T) values.computeIfAbsent(value, v -> v);
    }

    @Nullable
    String oneOrNull(@Nullable String value) {
        return value == null ? null : one(value);
    }
}
