package dev.coil.ops.progress;

import dev.coil.ops.progress.RunModel.Transition;
import java.io.PrintStream;
import java.util.List;

/** Shows nothing but what must be said: the logs of what failed. */
public record Silence(PrintStream out) implements Progress {

    @Override
    public void update(RunModel model, List<Transition> transitions, FailureReport report) {
        for (var transition : transitions) {
            if (transition.justFinished()
                    && !report.log(transition.after(), Style.PLAIN).isEmpty()) {
                report.lines(transition.after(), Style.PLAIN).forEach(out::println);
            }
        }
    }

    @Override
    public void tick() {}

    @Override
    public void note(String line) {
        out.println(line);
    }

    @Override
    public void close() {}
}
