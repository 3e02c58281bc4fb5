package dev.coil.protocol.graph;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

/**
 * What a task may use of the machine it runs on.
 *
 * @param memory bytes of main memory, of all its processes together; {@code null} for no limit of its own
 * @param disk bytes that its workspace may take up; {@code null} for the worker's default
 * @param exclusive whether it has the machine to itself, across projects
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Resources(
        @Nullable Long memory,
        @Nullable Long disk,
        @JsonInclude(JsonInclude.Include.NON_DEFAULT) boolean exclusive) {

    public static final Resources NONE = new Resources(null, null, false);

    @JsonIgnore
    public boolean isEmpty() {
        return equals(NONE);
    }
}
