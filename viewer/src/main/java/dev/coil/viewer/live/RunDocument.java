package dev.coil.viewer.live;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.coil.viewer.json.Json;
import dev.coil.viewer.json.RunJson;
import dev.coil.viewer.json.TaskJson;
import dev.coil.viewer.projection.RunState;
import java.io.ByteArrayOutputStream;

/** A run with all its tasks as JSON, in lines of some tasks each, so that a run of 100,000 tasks is never in memory as one text. */
public final class RunDocument implements Feed {

    private static final int PIECE_BYTES = 64 * 1024;

    private final RunState run;
    private final int tasks;
    private boolean begun;
    private int nextTask;

    public RunDocument(RunState run) {
        this(run, run.size());
    }

    private RunDocument(RunState run, int tasks) {
        this.run = run;
        this.tasks = tasks;
    }

    /** With an empty list in their place. */
    static RunDocument withoutTasks(RunState run) {
        return new RunDocument(run, 0);
    }

    @Override
    public Piece next() {
        var line = nextLine();
        return new Piece(line, isDone() ? Then.END : Then.GO_ON);
    }

    boolean isDone() {
        return begun && nextTask > tasks;
    }

    /** The next line, without its end. Together they are one JSON object. */
    byte[] nextLine() {
        var line = new ByteArrayOutputStream(PIECE_BYTES + 4096);
        if (!begun) {
            line.writeBytes(head());
            begun = true;
        }
        while (nextTask < tasks && line.size() < PIECE_BYTES) {
            if (nextTask > 0) {
                line.write(',');
            }
            int task = nextTask++;
            line.writeBytes(Json.bytes(json -> TaskJson.write(json, run, task)));
        }
        if (nextTask == tasks) {
            line.writeBytes("]}".getBytes(UTF_8));
            nextTask++;
        }
        return line.toByteArray();
    }

    /** {@code {…,"tasks":[} */
    private byte[] head() {
        var summary = Json.bytes(json -> RunJson.write(json, run));
        var head = new ByteArrayOutputStream(summary.length + 16);
        head.write(summary, 0, summary.length - 1);
        head.writeBytes(",\"tasks\":[".getBytes(UTF_8));
        return head.toByteArray();
    }
}
