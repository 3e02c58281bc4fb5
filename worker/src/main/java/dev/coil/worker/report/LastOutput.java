package dev.coil.worker.report;

import java.io.ByteArrayOutputStream;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The last of what a task printed, where all of it is too much: what is older falls out. Not safe for many threads. */
final class LastOutput {

    /** How much of its beginning the first piece may lose so that it begins with a line. */
    private static final int LONGEST_START = 4 * 1024;

    private final int capacity;
    private final int pieceBytes;
    private final Deque<Piece> pieces = new ArrayDeque<>();
    private @Nullable Filling filling;
    private long held;
    private long leftOut;

    /** @param pieceBytes that each piece has at most */
    LastOutput(int capacity, int pieceBytes) {
        this.capacity = capacity;
        this.pieceBytes = pieceBytes;
    }

    /** Bytes of one stream, in one go, at about the same time. */
    record Piece(int stream, long at, byte[] bytes) {}

    private record Filling(int stream, long at, ByteArrayOutputStream bytes) {
        Piece piece() {
            return new Piece(stream, at, bytes.toByteArray());
        }
    }

    void add(int stream, long at, byte[] from, int offset, int length) {
        int done = 0;
        while (done < length) {
            if (filling == null || filling.stream() != stream || filling.bytes().size() == pieceBytes) {
                seal();
                filling = new Filling(stream, at, new ByteArrayOutputStream());
            }
            int count = Math.min(length - done, pieceBytes - filling.bytes().size());
            filling.bytes().write(from, offset + done, count);
            done += count;
        }
        forgetOldest();
    }

    private void seal() {
        if (filling != null) {
            var piece = filling.piece();
            pieces.add(piece);
            held += cost(piece);
            filling = null;
        }
    }

    private void forgetOldest() {
        while (held > capacity) {
            var oldest = pieces.remove();
            held -= cost(oldest);
            leftOut += oldest.bytes().length;
        }
    }

    private static long cost(Piece piece) {
        return piece.bytes().length + AttemptLog.CHUNK_COST;
    }

    /** What is there, from the beginning of a line on if something is left out before it; then nothing is. */
    List<Piece> take() {
        seal();
        forgetOldest();
        if (leftOut > 0 && !pieces.isEmpty()) {
            var first = pieces.remove();
            int start = start(first.bytes());
            leftOut += start;
            pieces.addFirst(new Piece(
                    first.stream(), first.at(), Arrays.copyOfRange(first.bytes(), start, first.bytes().length)));
        }
        var taken = List.copyOf(pieces);
        pieces.clear();
        held = 0;
        return taken;
    }

    /** Where the first line begins; in a line that is too long, where the first character does, if it is UTF-8. */
    private static int start(byte[] bytes) {
        int most = Math.min(bytes.length, LONGEST_START);
        for (int i = 0; i < most; i++) {
            if (bytes[i] == '\n') {
                return i + 1;
            }
        }
        int start = 0;
        while (start < Math.min(bytes.length, 3) && (bytes[start] & 0xC0) == 0x80) {
            start++;
        }
        return start;
    }

    /** How many bytes fell out; the final number only after {@link #take()}. */
    long leftOut() {
        return leftOut;
    }
}
