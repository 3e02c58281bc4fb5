package dev.coil.protocol.space;

import dev.coil.protocol.graph.Priority;
import java.util.Comparator;

/** A ready task, as far as its place in the line depends on it. */
public interface InLine {

    /** Within a project: priority, then age, then name. */
    Comparator<InLine> ORDER = Comparator.comparing(InLine::priority)
            .thenComparingLong(InLine::readyAt)
            .thenComparing(InLine::project)
            .thenComparingInt(InLine::run)
            .thenComparingInt(InLine::task);

    Priority priority();

    /** When it became ready, in milliseconds since the epoch. */
    long readyAt();

    String project();

    int run();

    int task();
}
