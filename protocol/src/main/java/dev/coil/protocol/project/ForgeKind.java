package dev.coil.protocol.project;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** Which API a forge speaks. */
public enum ForgeKind {
    GITHUB,
    GITLAB,
    /** Forgejo as well. */
    GITEA;

    /** As it is written: {@code github}. */
    @JsonValue
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    public static Optional<ForgeKind> of(String text) {
        return Arrays.stream(values()).filter(kind -> kind.text().equals(text)).findFirst();
    }

    @JsonCreator
    static ForgeKind read(String text) {
        return of(text).orElseThrow(() -> new IllegalArgumentException("'" + text + "' is no kind of forge"));
    }
}
