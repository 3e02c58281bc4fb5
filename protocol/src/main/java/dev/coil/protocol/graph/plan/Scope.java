package dev.coil.protocol.graph.plan;

/**
 * Where in a run the tasks of a file come to stand.
 *
 * @param prefix of their names in the run; within the file they go without it
 * @param depth how many generators deep they are; 0 for the tasks of the graph file itself
 */
public record Scope(String prefix, int depth) {

    /** The run itself. */
    public static final Scope RUN = new Scope("", 0);

    /** The task that generates them. */
    String generator() {
        return prefix.substring(0, Math.max(0, prefix.length() - 1));
    }

    /** What a task generates is named under it. */
    public static Scope under(String generator, int depth) {
        return new Scope(generator + "/", depth);
    }
}
