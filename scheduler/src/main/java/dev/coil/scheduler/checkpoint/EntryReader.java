package dev.coil.scheduler.checkpoint;

import dev.coil.scheduler.store.EntrySink;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;

/** Makes entries of the pieces that {@link EntryWriter} made, and says whether they are those. */
final class EntryReader {

    /** No record of a topic is longer, and so nothing that came with one. */
    private static final int LONGEST = 1 << 28;

    private final EntrySink sink;
    private final MessageDigest digest = Sha256.digest();
    private byte[] rest = {};
    private long count;
    private long entries;
    private long bytes;
    private String flaw = "";

    EntryReader(EntrySink sink) {
        this.sink = sink;
    }

    /** Takes the next piece; one that is not the next is noted as a flaw, and nothing comes after it. */
    void take(long number, byte[] piece) {
        if (!flaw.isEmpty()) {
            return;
        }
        if (number != count) {
            flaw = "piece " + count + " is missing";
            return;
        }
        count++;
        bytes += piece.length;
        digest.update(piece);
        parse(piece);
    }

    private void parse(byte[] piece) {
        var all = ByteBuffer.wrap(rest.length == 0 ? piece : joined(rest, piece));
        while (all.remaining() >= 8) {
            int key = all.getInt(all.position());
            int value = all.getInt(all.position() + 4);
            if (key < 0 || key > LONGEST || value < 0 || value > LONGEST) {
                flaw = "piece " + (count - 1) + " holds no entries";
                return;
            }
            if (all.remaining() - 8 < key + value) {
                break;
            }
            all.position(all.position() + 8);
            sink.put(bytes(all, key), bytes(all, value));
            entries++;
        }
        rest = bytes(all, all.remaining());
    }

    private static byte[] bytes(ByteBuffer from, int length) {
        var bytes = new byte[length];
        from.get(bytes);
        return bytes;
    }

    private static byte[] joined(byte[] one, byte[] other) {
        var both = Arrays.copyOf(one, one.length + other.length);
        System.arraycopy(other, 0, both, one.length, other.length);
        return both;
    }

    /** To be called once, at the end. Returns why what came is not what the manifest says; empty if it is. */
    String end(Manifest manifest) {
        if (!flaw.isEmpty()) {
            return flaw;
        }
        if (count != manifest.pieces() || bytes != manifest.bytes()) {
            return "it has " + count + " pieces of " + manifest.pieces();
        }
        if (!HexFormat.of().formatHex(digest.digest()).equals(manifest.sha256())) {
            return "its hash is another one";
        }
        return rest.length > 0 || entries != manifest.entries() ? "its entries are not those that it had" : "";
    }
}
