package dev.coil.protocol.project;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What pull requests from other repositories start: their authors may be anybody. */
public enum ForkPolicy {
    /** Nothing. */
    NEVER,
    /** A run of the commit that a submitter has approved, and of no other. */
    APPROVE,
    /** A run of each commit. */
    ALWAYS;

    /** As it is written: {@code approve}. */
    @JsonValue
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    public static Optional<ForkPolicy> of(String text) {
        return Arrays.stream(values())
                .filter(policy -> policy.text().equals(text))
                .findFirst();
    }

    @JsonCreator
    static ForkPolicy read(String text) {
        return of(text).orElseThrow(() -> new IllegalArgumentException("'" + text + "' is no policy for forks"));
    }
}
