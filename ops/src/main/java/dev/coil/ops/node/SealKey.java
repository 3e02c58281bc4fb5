package dev.coil.ops.node;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.coil.protocol.seal.Seal;
import dev.coil.worker.host.SecretFile;
import dev.coil.worker.program.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HexFormat;

/** The key with which nodes seal what only they may read: made with the first start, and the same on all nodes of a cluster. */
final class SealKey {

    private SealKey() {}

    /** @throws NodeStartException if it cannot be read or made */
    static Seal of(NodeHome home) {
        var file = home.sealKey();
        try {
            return new Seal(read(file));
        } catch (IOException e) {
            throw new NodeStartException("cannot keep the key of sealed texts in " + file + ": " + Reason.of(e), e);
        }
    }

    private static byte[] read(Path file) throws IOException {
        try {
            var text = Files.readString(file).strip();
            if (text.matches("[0-9a-f]{" + 2 * Seal.KEY_BYTES + "}")) {
                return HexFormat.of().parseHex(text);
            }
            throw new NodeStartException(file + " is no key: bring back the right one, as nothing else opens the"
                    + " tokens and secrets of projects; or remove it, and set those anew");
        } catch (NoSuchFileException absent) {
            var key = Seal.newKey();
            SecretFile.write(file, (HexFormat.of().formatHex(key) + "\n").getBytes(US_ASCII));
            return key;
        }
    }
}
