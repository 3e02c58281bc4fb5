package dev.coil.protocol.pause;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import dev.coil.protocol.tuple.Requirement;
import java.util.Arrays;
import java.util.Locale;

/**
 * What a pause is of.
 *
 * @param name a canonical requirement, a project's name or a worker's name
 */
public record PauseScope(Kind kind, String name) {

    /** What kind of thing is paused. */
    public enum Kind {
        /** The tasks that only machines of this kind can run: those whose requirement implies the named one. */
        REQUIREMENT,
        /** All tasks of a project. */
        PROJECT,
        /** A worker, which takes nothing new, however often it is restarted. */
        WORKER;

        /** The spelling in records and in the API. */
        @JsonValue
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }

        /** @throws IllegalArgumentException if there is no such kind */
        @JsonCreator
        public static Kind of(String word) {
            return Arrays.stream(values())
                    .filter(kind -> kind.word().equals(word))
                    .findFirst()
                    .orElseThrow(() -> new IllegalArgumentException("there is no kind of pause '" + word + "'"));
        }
    }

    public static PauseScope of(Requirement requirement) {
        return new PauseScope(Kind.REQUIREMENT, requirement.canonical());
    }

    public static PauseScope project(String name) {
        return new PauseScope(Kind.PROJECT, name);
    }

    public static PauseScope worker(String name) {
        return new PauseScope(Kind.WORKER, name);
    }

    /** Whether tasks of this project with this requirement are not to be started. A pause of a worker is of no task. */
    public boolean covers(String project, Requirement requirement) {
        return switch (kind) {
            case REQUIREMENT -> requirement.implies(Requirement.parse(name));
            case PROJECT -> project.equals(name);
            case WORKER -> false;
        };
    }

    /** For a person: {@code arch=s390x os=linux}, {@code project mylang}, {@code worker build7}. */
    @Override
    public String toString() {
        return switch (kind) {
            case REQUIREMENT -> name;
            case PROJECT -> "project " + name;
            case WORKER -> "worker " + name;
        };
    }
}
