package dev.coil.protocol.graph.parse;

import dev.coil.protocol.graph.GraphException;
import dev.coil.protocol.graph.Problem;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Collects what is wrong with a file. A node that aliases bring to several places is complained of once. */
public final class Problems {

    private static final Comparator<Problem> BY_PLACE =
            Comparator.comparingInt(Problem::line).thenComparingInt(Problem::column);

    private final String file;
    private final Set<Problem> problems = new LinkedHashSet<>();

    public Problems(String file) {
        this.file = file;
    }

    String file() {
        return file;
    }

    public void add(Position at, String message) {
        add(at, message, null);
    }

    public void add(Position at, String message, @Nullable String hint) {
        if (!isFull()) {
            var place = at.file() == null ? file : at.file();
            problems.add(new Problem(place, at.line(), at.column(), message, hint));
        }
    }

    /** Whether looking for more is in vain. */
    public boolean isFull() {
        return problems.size() >= GraphException.MOST;
    }

    boolean isEmpty() {
        return problems.isEmpty();
    }

    /** In order of their places. */
    public List<Problem> sorted() {
        var sorted = new ArrayList<>(problems);
        sorted.sort(BY_PLACE);
        return List.copyOf(sorted);
    }

    /** @throws GraphException with all of them, if there are any */
    public void throwIfAny() {
        if (!problems.isEmpty()) {
            throw new GraphException(sorted());
        }
    }
}
