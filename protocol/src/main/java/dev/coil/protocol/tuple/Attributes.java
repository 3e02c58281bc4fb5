package dev.coil.protocol.tuple;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The tuple that a worker offers.
 *
 * @param facts named properties. Always {@code os} and {@code arch} in their normal spelling ({@link Platforms}); usually
 *     {@code libc}, {@code distro}, {@code os-version}. Quantities are decimal numbers without a unit: {@code cpus} in
 *     cores, {@code memory} and {@code disk} in bytes.
 * @param labels what else the owner says of the machine ({@code quiet}, {@code kvm}, …)
 */
public record Attributes(SortedMap<String, String> facts, SortedSet<String> labels) {

    public Attributes {
        facts = Collections.unmodifiableSortedMap(new TreeMap<>(facts));
        labels = Collections.unmodifiableSortedSet(new TreeSet<>(labels));
    }

    public static Attributes of(Map<String, String> facts, String... labels) {
        return new Attributes(new TreeMap<>(facts), new TreeSet<>(java.util.List.of(labels)));
    }

    public @Nullable String fact(String key) {
        return facts.get(key);
    }

    /** A stable text of the whole tuple: workers with the same one are of one class. */
    @JsonIgnore
    public String canonical() {
        var text = new StringBuilder();
        facts.forEach((key, value) -> text.append(key).append('=').append(value).append(' '));
        text.append("labels=").append(String.join(",", labels));
        return text.toString();
    }

    @Override
    public String toString() {
        return canonical();
    }
}
