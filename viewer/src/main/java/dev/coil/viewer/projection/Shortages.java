package dev.coil.viewer.projection;

import dev.coil.protocol.tuple.Requirement;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The requirements that no present worker meets, as owners told, and what was probably meant instead. One thread changes it, any
 * may read.
 */
public final class Shortages {

    /**
     * What is known of a requirement.
     *
     * @param told why nobody meets it; {@code null} since somebody does again
     * @param meant what a worker offers that differs by a slip; {@code null} if none does
     * @param version of the projection at the last change
     */
    private record Shortage(@Nullable String told, @Nullable String meant, long version) {
        @Nullable
        String text() {
            return told == null || meant == null ? told : told + " (" + meant + ")";
        }
    }

    private static final Shortage NEVER = new Shortage(null, null, 0);

    private final Map<String, Shortage> byRequirement = new ConcurrentHashMap<>();
    private final Offers offers;
    private volatile long version;

    /** @param offers what the present workers offer; stays the caller's */
    Shortages(Offers offers) {
        this.offers = offers;
    }

    void unmet(long newVersion, String requirement, String reason) {
        byRequirement.put(requirement, new Shortage(reason, meant(requirement), newVersion));
        version = newVersion;
    }

    void met(long newVersion, String requirement) {
        byRequirement.put(requirement, new Shortage(null, null, newVersion));
        version = newVersion;
    }

    /** Something is offered that was not before, or is no longer. */
    void offersChanged(long newVersion) {
        byRequirement.replaceAll((requirement, shortage) -> {
            var meant = shortage.told() == null ? null : meant(requirement);
            if (Objects.equals(meant, shortage.meant())) {
                return shortage;
            }
            version = newVersion;
            return new Shortage(shortage.told(), meant, newVersion);
        });
    }

    private @Nullable String meant(String requirement) {
        return Slips.hint(Requirement.parse(requirement), offers);
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
        return byRequirement.getOrDefault(requirement, NEVER).text();
    }
}
