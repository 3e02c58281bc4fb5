package dev.coil.viewer.live;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.coil.viewer.json.RunJson;
import dev.coil.viewer.json.StreamName;
import dev.coil.viewer.json.TaskJson;
import dev.coil.viewer.logs.LogReader;
import dev.coil.viewer.projection.Attempt;
import dev.coil.viewer.projection.TaskPhase;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A log live, for a page: {@code task} with the task whenever it changed, {@code chunks} with what was printed, {@code end} when
 * that was all. The id of a {@code chunks} event lets a client that lost its connection go on behind it.
 */
public final class LogFeed implements Feed {

    private static final int PIECE_BYTES = 256 * 1024;
    private static final int NEEDS_SHOWN = 100;

    private final AttemptLog log;
    private final Utf8Stream[] texts = {new Utf8Stream(), new Utf8Stream(), new Utf8Stream()};
    private long taskSeen = -1;
    private final long resumeAt;
    private boolean begun;
    private boolean endTold;

    /** @param resumeAt the byte to begin with */
    public LogFeed(AttemptLog log, long resumeAt) {
        this.log = log;
        this.resumeAt = resumeAt;
    }

    @Override
    public Piece next() throws IOException {
        var attempt = log.attempt();
        long taskVersion = taskVersion();
        if (taskVersion > taskSeen) {
            taskSeen = taskVersion;
            return new Piece(Sse.event("task", json -> writeTask(json, attempt)), Then.GO_ON);
        }
        var reader = log.reader();
        if (attempt == null || reader == null) {
            return Piece.NOTHING;
        }
        if (!begun) {
            reader.seek(resumeAt);
            begun = true;
        }
        var pieces = reader.read(PIECE_BYTES);
        if (!pieces.isEmpty()) {
            var id = attempt.number() + ":" + reader.position();
            boolean full = reader.position() - pieces.get(0).offset() >= PIECE_BYTES;
            return new Piece(Sse.event("chunks", id, json -> writeChunks(json, pieces)), full ? Then.GO_ON : Then.WAIT);
        }
        var state = log.state();
        if (endTold || state == AttemptLog.State.GROWING) {
            return Piece.NOTHING;
        }
        endTold = true;
        return new Piece(Sse.event("end", json -> writeEnd(json, reader.position(), state)), Then.WAIT);
    }

    /** Of the task or, as long as it waits for them, the newest of its needs that are shown. */
    private long taskVersion() {
        var task = log.run().task(log.task());
        long newest = task.version();
        if (task.phase() == TaskPhase.WAITING) {
            var needs = log.run().facts(log.task()).needs();
            for (int i = 0; i < Math.min(needs.size(), NEEDS_SHOWN); i++) {
                newest = Math.max(newest, log.run().task(needs.get(i)).version());
            }
        }
        return newest;
    }

    private void writeTask(JsonGenerator json, @Nullable Attempt attempt) throws IOException {
        json.writeStartObject();
        json.writeFieldName("run");
        RunJson.write(json, log.run());
        json.writeFieldName("task");
        TaskJson.write(json, log.run(), log.task());
        json.writeArrayFieldStart("needs");
        var needs = log.run().facts(log.task()).needs();
        for (int i = 0; i < Math.min(needs.size(), NEEDS_SHOWN); i++) {
            writeNeed(json, needs.get(i));
        }
        json.writeEndArray();
        if (attempt == null) {
            json.writeNullField("attempt");
        } else {
            json.writeNumberField("attempt", attempt.number());
        }
        json.writeEndObject();
    }

    private void writeNeed(JsonGenerator json, int index) throws IOException {
        var state = log.run().task(index);
        var outcome = state.outcome();
        json.writeStartObject();
        json.writeNumberField("index", index);
        json.writeStringField("name", log.run().facts(index).name());
        json.writeStringField("state", state.phase().text());
        json.writeStringField("outcome", outcome == null ? null : outcome.text());
        json.writeEndObject();
    }

    private void writeChunks(JsonGenerator json, List<LogReader.Piece> pieces) throws IOException {
        json.writeStartObject();
        json.writeNumberField("offset", pieces.get(0).offset());
        json.writeArrayFieldStart("chunks");
        for (var piece : pieces) {
            int stream = piece.stream() > 0 && piece.stream() < texts.length ? piece.stream() : 0;
            json.writeStartObject();
            json.writeNumberField("t", piece.at());
            json.writeStringField("stream", StreamName.of(piece.stream()));
            json.writeStringField("text", texts[stream].decode(piece.bytes()));
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeEndObject();
    }

    private static void writeEnd(JsonGenerator json, long bytes, AttemptLog.State state) throws IOException {
        json.writeStartObject();
        json.writeBooleanField("complete", state == AttemptLog.State.COMPLETE);
        json.writeNumberField("bytes", bytes);
        json.writeEndObject();
    }

    @Override
    public byte[] keepAlive() {
        return Sse.comment();
    }

    @Override
    public void close() throws IOException {
        log.close();
    }
}
