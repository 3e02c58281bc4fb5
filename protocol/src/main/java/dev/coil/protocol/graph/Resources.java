package dev.coil.protocol.graph;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

/**
 * What a task may use of the machine it runs on.
 *
 * @param cpus processors that are reserved for it; {@code null} for what a slot is worth
 * @param memory bytes of main memory, of all its processes together, that are reserved for it and its limit; {@code null} for neither
 * @param disk bytes that its workspace may take up, reserved as well; {@code null} for the worker's default, of which nothing is reserved
 * @param exclusive whether it has the machine to itself, across projects
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Resources(
        @Nullable Integer cpus,
        @Nullable Long memory,
        @Nullable Long disk,
        @JsonInclude(JsonInclude.Include.NON_DEFAULT) boolean exclusive) {

    public static final Resources NONE = new Resources(null, null, null, false);

    @JsonIgnore
    public boolean isEmpty() {
        return equals(NONE);
    }

    /** Leaves the resources of a task that asks for none out of its JSON. */
    public static final class None {
        @Override
        public boolean equals(@Nullable Object value) {
            return value == null || value.equals(NONE);
        }

        @Override
        public int hashCode() {
            return 0;
        }
    }
}
