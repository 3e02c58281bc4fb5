package dev.coil.viewer.projection;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The requirements that no present worker meets, as owners told. One thread changes it, any may read. */
public final class Shortages {

    /** Why, or {@code null} since somebody meets it again; and the projection's version at that change. */
    private record Shortage(@Nullable String reason, long version) {}

    private static final Shortage NEVER = new Shortage(null, 0);

    private final Map<String, Shortage> byRequirement = new ConcurrentHashMap<>();
    private volatile long version;

    void unmet(long newVersion, String requirement, String reason) {
        byRequirement.put(requirement, new Shortage(reason, newVersion));
        version = newVersion;
    }

    void met(long newVersion, String requirement) {
        byRequirement.put(requirement, new Shortage(null, newVersion));
        version = newVersion;
    }

    /** Of the projection, at the last change here. */
    long version() {
        return version;
    }

    /** Of the projection, at the last change for this requirement. */
    long version(String requirement) {
        return byRequirement.getOrDefault(requirement, NEVER).version();
    }

    /** Why nobody meets the requirement; {@code null} if somebody does. */
    @Nullable
    String reason(String requirement) {
        return byRequirement.getOrDefault(requirement, NEVER).reason();
    }
}
