package dev.coil.protocol.access;

import dev.coil.protocol.tuple.Attributes;
import java.math.BigDecimal;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What an enrolled worker may offer: less than what it was enrolled with, never more. */
public final class Narrowing {

    /** Facts of which less is narrower. */
    private static final Set<String> QUANTITIES = Set.of("cpus", "memory", "disk");

    /** Facts that a machine's upkeep changes. Where they are others than were enrolled, they do not count until it is enrolled anew. */
    private static final Set<String> VERSIONS = Set.of("os-version", "distro-version");

    private Narrowing() {}

    /** Why a worker may not offer what it says, in one sentence; {@code null} if it may. */
    public static @Nullable String refusal(Attributes enrolled, Attributes said) {
        for (var fact : said.facts().entrySet()) {
            var known = enrolled.fact(fact.getKey());
            boolean isNarrow = known != null && QUANTITIES.contains(fact.getKey())
                    || VERSIONS.contains(fact.getKey())
                    || fact.getValue().equals(known);
            if (!isNarrow) {
                return "this worker was enrolled "
                        + (known == null ? "without " + fact.getKey() : "with " + fact.getKey() + "=" + known)
                        + " and says " + fact.getValue() + " now: enrol it anew, with a token of its own";
            }
        }
        var more = new TreeSet<>(said.labels());
        more.removeAll(enrolled.labels());
        return more.isEmpty()
                ? null
                : "this worker was enrolled without label '" + more.first()
                        + "': leave it out, or enrol the worker anew with a token that allows it";
    }

    /**
     * What counts of what a worker says: of quantities not more than it was enrolled with, no other versions, and the trust
     * that it was given.
     */
    public static Attributes of(Attributes enrolled, Attributes said) {
        var facts = new TreeMap<>(said.facts());
        facts.replaceAll((name, value) -> QUANTITIES.contains(name) ? lesser(value, enrolled.fact(name)) : value);
        facts.keySet()
                .removeIf(name -> VERSIONS.contains(name) && !said.fact(name).equals(enrolled.fact(name)));
        var trust = enrolled.fact(AccessState.TRUST);
        if (trust != null) {
            facts.put(AccessState.TRUST, trust);
        }
        return new Attributes(facts, said.labels());
    }

    private static String lesser(String said, @Nullable String enrolled) {
        try {
            return enrolled == null || new BigDecimal(said).compareTo(new BigDecimal(enrolled)) <= 0 ? said : enrolled;
        } catch (NumberFormatException noQuantity) {
            return enrolled == null ? said : enrolled;
        }
    }
}
