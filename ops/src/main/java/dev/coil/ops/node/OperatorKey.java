package dev.coil.ops.node;

import dev.coil.protocol.access.AccessRecord.AddKey;
import dev.coil.protocol.access.Role;
import dev.coil.protocol.access.Secret;
import dev.coil.scheduler.access.Access;
import dev.coil.worker.host.SecretFile;
import dev.coil.worker.program.Reason;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The first key: whoever may read the node's own directory may do everything with the node anyway, and so lets the others in. It is
 * made with the first start at which one is needed.
 */
final class OperatorKey {

    private static final String NAME = "operator.key";

    private final NodeHome home;

    OperatorKey(NodeHome home) {
        this.home = home;
    }

    /** The key that lies in the directory; empty if none does. */
    static Optional<String> read(Path file) throws IOException {
        try {
            return Optional.of(Files.readString(file).strip());
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    /** Makes sure that there is one, and that it is good. */
    void ensure(Access access, Notices notices) {
        var file = home.operatorKey();
        try {
            var there = read(file);
            if (there.isPresent() && !Secret.isKey(there.get())) {
                throw new NodeStartException(file + " is no key: remove it, and the next start makes a new one");
            }
            var key = there.isPresent() ? new Secret(there.get()) : Secret.newKey();
            access.ensure(new AddKey(key.digest(), Role.OPERATOR, NAME));
            if (there.isEmpty()) {
                SecretFile.write(file, (key.text() + "\n").getBytes(StandardCharsets.US_ASCII));
                notices.tell("others need a key to reach this node; its own operator's is in " + file
                        + ", and 'coil token create' lets further people and workers in");
            }
        } catch (IOException e) {
            throw new NodeStartException("cannot keep the operator's key in " + file + ": " + Reason.of(e), e);
        }
    }
}
