package dev.coil.ops.progress;

import static dev.coil.ops.progress.Runs.START;
import static dev.coil.ops.progress.Runs.change;
import static dev.coil.ops.progress.Runs.running;
import static dev.coil.ops.progress.Runs.snapshot;
import static dev.coil.ops.progress.Runs.task;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.coil.ops.client.ErrorLines;
import dev.coil.ops.client.RunEvent;
import dev.coil.protocol.graph.Outcome;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LiveDisplayTest {

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final RunModel model = new RunModel();
    private final Map<String, ErrorLines> errors = new HashMap<>();
    private final Map<String, List<String>> tails = new HashMap<>();
    private final FailureReport report = new FailureReport(task -> new Failure(
            task, errors.getOrDefault(task.name(), ErrorLines.NONE), tails.getOrDefault(task.name(), List.of())));
    private Instant now = START;
    private LiveDisplay.Size size = new LiveDisplay.Size(80, 24);
    private LiveDisplay display = display(new Style(false, false));

    @Test
    void shouldPaintOverItself() {
        var build = task("build");
        after(0, snapshot(running(build, task("test"))));
        after(1, change(running(build.runningSince(1, "w1"), task("test"))));
        after(
                3,
                change(running(
                        build.attempt("w1", 1, 3, 0).outcome(Outcome.SUCCESS),
                        task("test").runningSince(3, "w1"))));
        display.note("coil: a word in between");
        display.close();

        Golden.check("live-display", visible());
    }

    @Test
    void shouldKeepToTheTerminalsWidthAndHeight() {
        size = new LiveDisplay.Size(40, 6);
        after(
                9,
                snapshot(running(
                        task("a-task-with-quite-a-long-name/and-more").runningSince(1, "a-worker-with-a-long-name"),
                        task("b").runningSince(2, "w"),
                        task("c").runningSince(3, "w"),
                        task("d").runningSince(4, "w"))));

        Golden.check("live-display-small", visible());
    }

    @Test
    void shouldColourWhatItPaints() {
        display = display(new Style(true, true));
        after(
                5,
                snapshot(running(
                        task("build").attempt("w1", 1, 3, 1).outcome(Outcome.FAILURE),
                        task("lint")
                                .attempt("w1", 1, 2, 1)
                                .outcome(Outcome.FAILURE)
                                .allowed(),
                        task("test").outcome(Outcome.SKIPPED).reason("build failed"),
                        task("docs").runningSince(2, "w2"))));

        Golden.check("live-display-colour", visible());
    }

    @Test
    void shouldTellOfAFailureAboveWhatItPaints() {
        size = new LiveDisplay.Size(40, 12);
        errors.put("build", new ErrorLines(List.of(new ErrorLines.Line(276, "err", "foo.c:12:5: error: no x")), 2));
        tails.put(
                "build", List.of("cc -o a-line-that-is-longer-than-the-terminal-is-wide main.c", "make: *** Error 1"));
        after(
                1,
                snapshot(running(
                        task("build").runningSince(0, "w1"), task("docs").runningSince(0, "w2"))));
        after(
                2,
                change(running(
                        task("build").attempt("w1", 0, 2, 1).outcome(Outcome.FAILURE),
                        task("docs").runningSince(0, "w2"))));

        Golden.check("live-display-failure", visible());
    }

    @Test
    void shouldPaintNothingBeforeAnythingIsKnown() {
        display.tick();

        assertThat(bytes.size()).isZero();
    }

    private LiveDisplay display(Style style) {
        return new LiveDisplay(new PrintStream(bytes, true, UTF_8), () -> size, style, () -> now);
    }

    private void after(int seconds, RunEvent event) {
        now = START.plusSeconds(seconds);
        var transitions = model.apply(event);
        report.learn(transitions);
        display.update(model, transitions, report);
        display.tick();
    }

    private String visible() {
        return bytes.toString(UTF_8).replace("\u001b", "\\e").replace("\r", "\\r");
    }

    @Test
    void shouldNameTheTasksThatNoWorkerCanTake() {
        after(
                1,
                snapshot(running(
                        task("build").runningSince(0, "w1"),
                        task("far").stranded("no worker has arch=s390x"),
                        task("wide").stranded("no worker has arch=s390x"),
                        task("quiet").stranded("no worker has label quiet"))));

        Golden.check("live-display-stranded", visible());
    }
}
