package dev.coil.protocol.graph.parse;

/** How large a run may be: so that a command of a small heap reads it, and a node keeps and shows several. */
public final class Limits {

    public static final int TASKS = 200_000;

    public static final String TOO_MANY_TASKS = "with this task the run has more than 200,000 tasks";

    public static final String FEWER_TASKS = "let one task do more, or split the graph into several";

    /** How many tasks one task may generate. */
    public static final int GENERATED = 100_000;

    /** How many generators deep a task may be generated. */
    public static final int GENERATORS = 5;

    private Limits() {}
}
