package dev.coil.protocol.graph.expression;

/** What is known of a task before anything has run. */
public interface Known {

    /** What started the run ({@code push}). */
    String event();

    /** The full name of the branch or tag ({@code refs/heads/main}); empty if unknown. */
    String ref();

    /** What the commit is compared with; empty if unknown. */
    String base();

    /** The text of an axis of this instance; empty if it has none of that name. */
    String matrix(String axis);

    /** Whether a changed file matches the glob. */
    boolean changed(String glob);

    /** Whether this instance has no task behind this need, which is optional then: its outcome is {@code skipped}. */
    boolean isAbsent(String need);
}
