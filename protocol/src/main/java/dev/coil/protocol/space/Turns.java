package dev.coil.protocol.space;

import dev.coil.protocol.graph.Priority;
import java.util.Collection;
import java.util.Comparator;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.PriorityQueue;

/** The order in which a worker takes the tasks of several projects: by priority, then in turns of the projects, then by age. */
public final class Turns<T extends InLine> implements Iterator<T> {

    private final PriorityQueue<Party<T>> line = new PriorityQueue<>(FAIR);

    /**
     * From now on, if nothing else becomes ready.
     *
     * @param projects the tasks of each project, none of them empty, in their {@link InLine#ORDER}
     * @param shares what the worker has given to the projects
     */
    public Turns(Collection<? extends Iterable<T>> projects, FairShare shares) {
        for (var tasks : projects) {
            line.add(new Party<>(tasks.iterator(), shares));
        }
    }

    /** One project on its way through its tasks. */
    private static final class Party<T extends InLine> {
        final Iterator<T> rest;
        T next;
        double had;

        Party(Iterator<T> tasks, FairShare shares) {
            rest = tasks;
            next = rest.next();
            had = shares.of(next.project());
        }

        Priority priority() {
            return next.priority();
        }

        double had() {
            return had;
        }

        long readyAt() {
            return next.readyAt();
        }

        String project() {
            return next.project();
        }
    }

    private static final Comparator<Party<?>> FAIR = Comparator.<Party<?>, Priority>comparing(Party::priority)
            .thenComparingDouble(Party::had)
            .thenComparingLong(Party::readyAt)
            .thenComparing(Party::project);

    @Override
    public boolean hasNext() {
        return !line.isEmpty();
    }

    @Override
    public T next() {
        var first = line.poll();
        if (first == null) {
            throw new NoSuchElementException("all tasks have had their turn");
        }
        var chosen = first.next;
        if (first.rest.hasNext()) {
            first.next = first.rest.next();
            first.had += FairShare.step();
            line.add(first);
        }
        return chosen;
    }
}
