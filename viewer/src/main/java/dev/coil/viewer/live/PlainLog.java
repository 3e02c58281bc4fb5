package dev.coil.viewer.live;

import java.io.IOException;

/** A log's bytes as they were printed, both streams in the order they came. */
public final class PlainLog implements Feed {

    private static final int PIECE_BYTES = 128 * 1024;

    private final AttemptLog log;
    private final long from;
    private final long end;
    private final boolean follow;
    private boolean begun;

    private PlainLog(AttemptLog log, long from, long end, boolean follow) {
        this.log = log;
        this.from = from;
        this.end = end;
        this.follow = follow;
    }

    /** The bytes from {@code from} up to {@code end}, all of which must be here. */
    public static PlainLog part(AttemptLog log, long from, long end) {
        return new PlainLog(log, from, end, false);
    }

    /** All bytes, until the attempt has ended and they are all out. */
    public static PlainLog following(AttemptLog log) {
        return new PlainLog(log, 0, Long.MAX_VALUE, true);
    }

    @Override
    public Piece next() throws IOException {
        var reader = log.reader();
        if (reader == null) {
            return log.state() == AttemptLog.State.GROWING && follow ? Piece.NOTHING : Piece.END;
        }
        if (!begun) {
            reader.seek(from);
            begun = true;
        }
        var bytes = reader.readRaw(PIECE_BYTES, Math.min(end, reader.size()));
        if (reader.position() >= end) {
            return new Piece(bytes, Then.END);
        }
        if (bytes.length > 0) {
            return new Piece(bytes, Then.GO_ON);
        }
        return log.state() == AttemptLog.State.GROWING && follow ? Piece.NOTHING : Piece.END;
    }

    @Override
    public void close() throws IOException {
        log.close();
    }
}
