package dev.coil.protocol.access;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What the holder of a key may do. Viewer, submitter and operator may each do what those before may; a worker is none of them. */
public enum Role {
    /** Looks at runs, logs and workers. */
    VIEWER,
    /** Submits runs, cancels and retries them. */
    SUBMITTER,
    /** Pauses, drains, and lets others in. */
    OPERATOR,
    /** Claims tasks and reports them, as one machine. */
    WORKER;

    /** Whether who has this role may do what that role is there for. */
    public boolean includes(Role needed) {
        return this == needed || this != WORKER && needed != WORKER && compareTo(needed) > 0;
    }

    /** As it is written: {@code operator}. */
    @JsonValue
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The role that is written so, if it is one. */
    public static Optional<Role> of(String text) {
        return Arrays.stream(values()).filter(role -> role.text().equals(text)).findFirst();
    }
}
