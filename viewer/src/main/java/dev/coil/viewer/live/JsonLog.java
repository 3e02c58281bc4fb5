package dev.coil.viewer.live;

import dev.coil.viewer.json.Json;
import dev.coil.viewer.json.StreamName;
import dev.coil.viewer.logs.LogLines;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;

/** A log as JSON lines: {@code {"t":millis,"stream":"out","text":"…"}} for each line that was printed. */
public final class JsonLog implements Feed {

    private static final int PIECE_BYTES = 64 * 1024;

    private final AttemptLog log;
    private final boolean follow;
    private final LogLines lines = new LogLines();

    /** @param follow whether to wait until the attempt has ended and all of its log is out */
    public JsonLog(AttemptLog log, boolean follow) {
        this.log = log;
        this.follow = follow;
    }

    @Override
    public Piece next() throws IOException {
        var out = new ByteArrayOutputStream();
        var reader = log.reader();
        if (reader != null) {
            var pieces = reader.read(PIECE_BYTES);
            boolean any = !pieces.isEmpty();
            // A line may take several pieces, and nothing to write would be a reason to wait.
            while (!pieces.isEmpty()) {
                for (var piece : pieces) {
                    lines.add(piece).forEach(line -> write(out, line));
                }
                pieces = out.size() == 0 ? reader.read(PIECE_BYTES) : List.of();
            }
            if (any) {
                return new Piece(out.toByteArray(), Then.GO_ON);
            }
        }
        if (follow && log.state() == AttemptLog.State.GROWING) {
            return Piece.NOTHING;
        }
        lines.end().forEach(line -> write(out, line));
        return new Piece(out.toByteArray(), Then.END);
    }

    private static void write(ByteArrayOutputStream out, LogLines.Line line) {
        out.writeBytes(Json.bytes(json -> {
            json.writeStartObject();
            json.writeNumberField("t", line.at());
            json.writeStringField("stream", StreamName.of(line.stream()));
            json.writeStringField("text", line.text());
            json.writeEndObject();
        }));
        out.write('\n');
    }

    @Override
    public void close() throws IOException {
        log.close();
    }
}
