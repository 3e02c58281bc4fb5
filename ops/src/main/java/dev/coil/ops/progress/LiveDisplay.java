package dev.coil.ops.progress;

import dev.coil.ops.progress.RunModel.Transition;
import java.io.PrintStream;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A few lines at the foot of a terminal that are painted anew as the run goes on; what is worth keeping scrolls up above them. */
public final class LiveDisplay implements Progress {

    /** Above this, only what went wrong gets a line of its own. */
    private static final int FEW_TASKS = 50;

    private final PrintStream out;
    private final Supplier<Size> size;
    private final Style style;
    private final InstantSource clock;

    private @Nullable RunModel model;
    private int paintedLines;
    private boolean dirty;
    private Instant lastPaint = Instant.MIN;

    /** A terminal's size in characters. */
    public record Size(int columns, int rows) {}

    public LiveDisplay(PrintStream out, Supplier<Size> size, Style style, InstantSource clock) {
        this.out = out;
        this.size = size;
        this.style = style;
        this.clock = clock;
    }

    @Override
    public synchronized void update(RunModel model, List<Transition> transitions, FailureReport report) {
        this.model = model;
        dirty = true;
        for (var transition : transitions) {
            var task = transition.after();
            if (model.tasks().size() <= FEW_TASKS) {
                transition.triedAgain().forEach(attempt -> keep(TaskLine.again(task, attempt, style)));
            }
            if (transition.justFinished()
                    && !task.isUnmatched()
                    && (task.isBroken() || model.tasks().size() <= FEW_TASKS)) {
                keep(String.join("\n", report.lines(task, style)));
            }
        }
    }

    @Override
    public synchronized void tick() {
        var now = clock.instant();
        if (model != null && (dirty || now.isAfter(lastPaint.plusMillis(200)))) {
            dirty = false;
            lastPaint = now;
            paint(Frame.lines(model, now, size.get().columns() - 1, size.get().rows(), style));
        }
    }

    @Override
    public synchronized void note(String line) {
        keep(line);
        tick();
    }

    private void keep(String line) {
        write(erase() + line + '\n');
        paintedLines = 0;
        dirty = true;
    }

    private void paint(List<String> lines) {
        var text = new StringBuilder(home());
        lines.forEach(line -> text.append(line).append("\u001b[K\n"));
        write(text.append("\u001b[J").toString());
        paintedLines = lines.size();
    }

    private String home() {
        return paintedLines == 0 ? "" : "\r\u001b[" + paintedLines + 'A';
    }

    private String erase() {
        return paintedLines == 0 ? "" : home() + "\u001b[J";
    }

    /** In one piece, which does not flicker. */
    private void write(String text) {
        out.print(text);
        out.flush();
    }

    @Override
    public synchronized void close() {
        write(erase());
        paintedLines = 0;
        model = null;
    }
}
