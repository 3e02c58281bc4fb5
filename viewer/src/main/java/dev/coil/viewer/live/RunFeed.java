package dev.coil.viewer.live;

import dev.coil.viewer.json.RunJson;
import dev.coil.viewer.json.TaskJson;
import dev.coil.viewer.projection.RunState;
import java.util.ArrayList;
import java.util.List;

/**
 * A run live: {@code snapshot} with the whole run, then {@code change} with the summary and the tasks that changed since, and
 * {@code end} when it has finished. All it remembers of its client is the version that the client has seen.
 *
 * <p>A brief one is for pages, which show a large run while it still comes: its {@code snapshot} has no tasks, which follow as
 * changes, and tasks are without what only a task's own page shows.
 */
public final class RunFeed implements Feed {

    private static final int TASKS_AT_ONCE = 500;

    private final RunState run;
    private final RunDocument snapshot;
    private final boolean brief;
    private boolean snapshotBegun;
    private boolean endTold;
    private long seen;

    /** Where the sweep over the tasks for those newer than {@link #seen} stands, and the version it makes known. */
    private int sweepFrom;

    private long sweepVersion;

    private RunFeed(RunState run, boolean brief) {
        this.run = run;
        this.brief = brief;
        // Of a brief one, every task is new. Tasks that are added from now on are newer.
        seen = brief ? -1 : run.head().version();
        snapshot = brief ? RunDocument.withoutTasks(run) : new RunDocument(run);
    }

    public static RunFeed whole(RunState run) {
        return new RunFeed(run, false);
    }

    public static RunFeed brief(RunState run) {
        return new RunFeed(run, true);
    }

    @Override
    public Piece next() {
        if (!snapshot.isDone()) {
            return new Piece(snapshotPiece(), Then.GO_ON);
        }
        long version = run.version();
        if (sweepFrom > 0 || version > seen) {
            return change(version);
        }
        if (!run.head().finished()) {
            endTold = false;
        } else if (!endTold) {
            endTold = true;
            return new Piece(Sse.event("end", json -> RunJson.write(json, run)), Then.WAIT);
        }
        return Piece.NOTHING;
    }

    private byte[] snapshotPiece() {
        var event = Sse.begin("snapshot");
        if (snapshotBegun) {
            event.reset();
        }
        snapshotBegun = true;
        Sse.data(event, snapshot.nextLine());
        return snapshot.isDone() ? Sse.end(event) : event.toByteArray();
    }

    private Piece change(long version) {
        if (sweepFrom == 0) {
            sweepVersion = version;
        }
        var tasks = sweep();
        boolean swept = sweepFrom == run.size();
        if (swept) {
            sweepFrom = 0;
            seen = sweepVersion;
        }
        var event = Sse.event("change", json -> {
            json.writeStartObject();
            json.writeFieldName("run");
            RunJson.write(json, run);
            json.writeArrayFieldStart("tasks");
            for (int task : tasks) {
                if (brief) {
                    TaskJson.writeBrief(json, run, task);
                } else {
                    TaskJson.write(json, run, task);
                }
            }
            json.writeEndArray();
            json.writeEndObject();
        });
        return new Piece(event, swept ? Then.WAIT : Then.GO_ON);
    }

    private List<Integer> sweep() {
        var tasks = new ArrayList<Integer>();
        while (sweepFrom < run.size() && tasks.size() < TASKS_AT_ONCE) {
            if (run.version(sweepFrom) > seen) {
                tasks.add(sweepFrom);
            }
            sweepFrom++;
        }
        return tasks;
    }

    @Override
    public byte[] keepAlive() {
        return Sse.comment();
    }
}
