package dev.coil.ops.progress;

import dev.coil.ops.progress.RunModel.Transition;
import java.util.List;

/** Shows a run while it runs. For several threads. */
public sealed interface Progress extends AutoCloseable permits LiveDisplay, PlainLines, Silence {

    /**
     * Something changed.
     *
     * @param report what is to be said of the tasks that failed
     */
    void update(RunModel model, List<Transition> transitions, FailureReport report);

    /** Time has passed; to be called a few times a second. */
    void tick();

    /** A line to say in between, that stays. */
    void note(String line);

    /** Leaves what was said, and nothing else. */
    @Override
    void close();
}
