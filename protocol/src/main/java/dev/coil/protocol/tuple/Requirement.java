package dev.coil.protocol.tuple;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The template that a task puts on a machine. Tasks with the same {@link #canonical()} text are of one class, which is
 * matched once against each class of workers. On the wire a requirement is its canonical text.
 */
public final class Requirement {

    /** Met by every worker. */
    public static final Requirement ANY = new Requirement(new TreeMap<>(), new TreeSet<>());

    /** A space topic for tasks that workers of several platforms meet. */
    public static final String ANY_FAMILY = "any";

    private static final Pattern TERM = Pattern.compile("([a-z][a-z0-9-]*)(<=|>=|<|>|=)(.+)");

    private static final int MOST_KNOWN = 10_000;
    private static final ConcurrentHashMap<String, Requirement> KNOWN = new ConcurrentHashMap<>();

    private final SortedMap<String, Constraint> constraints;
    private final SortedSet<String> labels;
    private final String canonical;

    public Requirement(SortedMap<String, Constraint> constraints, SortedSet<String> labels) {
        this.constraints = Collections.unmodifiableSortedMap(new TreeMap<>(constraints));
        this.labels = Collections.unmodifiableSortedSet(new TreeSet<>(labels));
        canonical = text();
    }

    public SortedMap<String, Constraint> constraints() {
        return constraints;
    }

    public SortedSet<String> labels() {
        return labels;
    }

    /**
     * The reverse of {@link #canonical()}.
     *
     * @throws IllegalArgumentException with the term that is not understood
     */
    @JsonCreator
    public static Requirement parse(String canonical) {
        var known = KNOWN.get(canonical);
        if (known == null) {
            known = read(canonical);
            if (KNOWN.size() < MOST_KNOWN) {
                KNOWN.put(canonical, known);
            }
        }
        return known;
    }

    private static Requirement read(String canonical) {
        if (canonical.isBlank() || canonical.equals(ANY_FAMILY)) {
            return ANY;
        }
        var constraints = new TreeMap<String, Constraint>();
        var labels = new TreeSet<String>();
        for (var term : canonical.strip().split("\\s+")) {
            var match = TERM.matcher(term);
            if (!match.matches()) {
                throw new IllegalArgumentException(
                        "'" + term + "' is not a requirement: expected key=value, key>=number or labels=a,b");
            }
            var key = match.group(1);
            var value = match.group(3);
            if (key.equals("labels")) {
                labels.addAll(Arrays.asList(value.split(",")));
            } else if (match.group(2).equals("=")) {
                constraints.put(key, new Constraint.OneOf(new TreeSet<>(Arrays.asList(value.split("\\|")))));
            } else {
                var operator = Arrays.stream(Constraint.Operator.values())
                        .filter(o -> o.symbol().equals(match.group(2)))
                        .findFirst()
                        .orElseThrow();
                try {
                    constraints.put(key, new Constraint.Compare(operator, new BigDecimal(value)));
                } catch (NumberFormatException e) {
                    throw new IllegalArgumentException("'" + term + "' compares with something that is no number", e);
                }
            }
        }
        return new Requirement(constraints, labels);
    }

    /** Keys in order, labels last: {@code arch=s390x memory>=8589934592 os=linux labels=quiet}; {@code any} if nothing is asked. */
    @JsonValue
    public String canonical() {
        return canonical;
    }

    private String text() {
        if (constraints.isEmpty() && labels.isEmpty()) {
            return ANY_FAMILY;
        }
        var terms = new ArrayList<String>();
        constraints.forEach((key, constraint) -> terms.add(key + constraint.canonical()));
        if (!labels.isEmpty()) {
            terms.add("labels=" + String.join(",", labels));
        }
        return String.join(" ", terms);
    }

    /** Everything that keeps a worker from meeting this, in the order of the canonical text; empty if it does. */
    public List<Veto> vetoes(Attributes offered) {
        var vetoes = new ArrayList<Veto>();
        constraints.forEach((key, constraint) -> {
            var fact = offered.fact(key);
            if (!constraint.accepts(fact)) {
                var kind = fact == null ? Veto.Kind.FACT_ABSENT : Veto.Kind.FACT_DIFFERS;
                vetoes.add(new Veto(kind, key, constraint.canonical(), fact));
            }
        });
        for (var label : labels) {
            if (!offered.labels().contains(label)) {
                vetoes.add(new Veto(Veto.Kind.LABEL_ABSENT, "label", label, null));
            }
        }
        return vetoes;
    }

    public boolean isMetBy(Attributes offered) {
        return vetoes(offered).isEmpty();
    }

    /** Whether every machine that meets this meets the other one too, as can be told from the two texts alone. */
    public boolean implies(Requirement other) {
        return labels.containsAll(other.labels)
                && other.constraints.entrySet().stream().allMatch(wanted -> {
                    var mine = constraints.get(wanted.getKey());
                    return mine != null && mine.implies(wanted.getValue());
                });
    }

    /** The platform family, which names the space topic: {@code linux-s390x}, or {@code any} if several platforms may meet this. */
    public String family() {
        var os = single("os");
        var arch = single("arch");
        return os.isEmpty() || arch.isEmpty() ? ANY_FAMILY : os + "-" + arch;
    }

    private String single(String key) {
        return constraints.get(key) instanceof Constraint.OneOf oneOf
                        && oneOf.values().size() == 1
                ? oneOf.values().first()
                : "";
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Requirement requirement && canonical.equals(requirement.canonical);
    }

    @Override
    public int hashCode() {
        return canonical.hashCode();
    }

    @Override
    public String toString() {
        return canonical();
    }
}
