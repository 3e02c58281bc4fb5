package dev.coil.viewer.live;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.coil.viewer.json.PauseJson;
import dev.coil.viewer.json.RunJson;
import dev.coil.viewer.json.WorkerJson;
import dev.coil.viewer.projection.Projection;
import dev.coil.viewer.projection.RunState;
import java.io.IOException;
import java.util.Comparator;
import java.util.List;

/** All that goes on: {@code snapshot} with the newest runs, the workers and what is paused, then {@code change} with those that changed. */
public final class OverviewFeed implements Feed {

    private static final int NEWEST = 50;
    private static final int CHANGES_AT_ONCE = 200;

    /** In a busy fleet the workers change all the time, and are always sent together. */
    private static final int TICKS_BETWEEN_WORKERS = 5;

    private final Projection projection;
    private boolean snapshotTold;
    private long seen;
    private long workersSeen;
    private int ticksSinceWorkers;

    public OverviewFeed(Projection projection) {
        this.projection = projection;
    }

    @Override
    public Piece next() {
        long version = projection.version();
        // A drained worker is shown as such, and what is paused beside the workers.
        long workersVersion =
                Math.max(projection.workers().version(), projection.pauses().version());
        if (!snapshotTold) {
            snapshotTold = true;
            seen = version;
            workersSeen = workersVersion;
            var newest = projection.runs().stream().limit(NEWEST).toList();
            return new Piece(Sse.event("snapshot", json -> write(json, newest, true)), Then.WAIT);
        }
        ticksSinceWorkers++;
        boolean workers = workersVersion > workersSeen && ticksSinceWorkers >= TICKS_BETWEEN_WORKERS;
        var changed = changedUpTo(version);
        if (changed.isEmpty() && !workers) {
            return Piece.NOTHING;
        }
        if (workers) {
            workersSeen = workersVersion;
            ticksSinceWorkers = 0;
        }
        return new Piece(Sse.event("change", json -> write(json, changed, workers)), Then.WAIT);
    }

    /** Oldest change first, so that what does not fit now is newer than what was told. */
    private List<RunState> changedUpTo(long version) {
        if (version == seen) {
            return List.of();
        }
        record Change(long version, RunState run) {}
        var changes = projection.runs().stream()
                .map(run -> new Change(run.head().version(), run))
                .filter(change -> change.version() > seen)
                .sorted(Comparator.comparingLong(Change::version))
                .limit(CHANGES_AT_ONCE)
                .toList();
        seen = changes.size() < CHANGES_AT_ONCE
                ? version
                : changes.get(changes.size() - 1).version();
        return changes.stream().map(Change::run).toList();
    }

    private void write(JsonGenerator json, List<RunState> runs, boolean workers) throws IOException {
        json.writeStartObject();
        json.writeArrayFieldStart("runs");
        for (var run : runs) {
            RunJson.write(json, run);
        }
        json.writeEndArray();
        if (workers) {
            json.writeFieldName("workers");
            WorkerJson.writeAll(json, projection.workers(), projection.pauses());
            json.writeFieldName("pauses");
            PauseJson.writeAll(json, projection.pauses());
        }
        json.writeEndObject();
    }

    @Override
    public byte[] keepAlive() {
        return Sse.comment();
    }
}
