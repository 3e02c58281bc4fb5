package dev.coil.protocol.tuple;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One reason why a worker does not meet a requirement.
 *
 * @param kind what is wrong
 * @param key the fact, or {@code label}
 * @param wanted the condition, in canonical text ({@code =s390x}), or the label
 * @param offered what the worker has; {@code null} where it has nothing of the kind
 */
public record Veto(
        Kind kind, String key, String wanted, @Nullable String offered) {

    private static final Pattern BYTES = Pattern.compile("\\d{7,18}");

    /** What is wrong. */
    public enum Kind {
        FACT_ABSENT,
        FACT_DIFFERS,
        LABEL_ABSENT
    }

    /** For a person: {@code arch is x86_64, not s390x}. */
    public String describe() {
        return switch (kind) {
            case LABEL_ABSENT -> "has no label " + wanted;
            case FACT_ABSENT -> "does not say its " + key + " (wanted " + key + amount(wanted) + ")";
            case FACT_DIFFERS -> "has " + key + "=" + amount(offered) + ", not " + key + amount(wanted);
        };
    }

    /** Memory and disk are counted in bytes; people read gibibytes. */
    private String amount(String text) {
        return key.equals("memory") || key.equals("disk")
                ? BYTES.matcher(text).replaceAll(match -> Quantities.gibibytes(Long.parseLong(match.group())))
                : text;
    }
}
