package dev.coil.scheduler.source;

import com.linecorp.armeria.common.MediaType;
import dev.coil.protocol.source.SourceKind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What a client asks of git, but for its bytes.
 *
 * @param project not yet checked
 * @param kind which of its repositories
 * @param advertisement whether it asks what there is, as each conversation begins
 * @param protocol the client's {@code Git-Protocol}; empty for version 0
 */
record GitCall(String project, SourceKind kind, Service service, boolean advertisement, String protocol)
        implements Conversation {

    /** The two services of the protocol. */
    enum Service {
        /** What clients fetch from. */
        UPLOAD_PACK("upload-pack", Duration.ZERO),
        /** What clients push to; it has files to remove when a push breaks off. */
        RECEIVE_PACK("receive-pack", Duration.ofSeconds(5));

        private final String command;
        private final Duration patience;

        Service(String command, Duration patience) {
            this.command = command;
            this.patience = patience;
        }

        static Optional<Service> named(String name) {
            return Arrays.stream(values())
                    .filter(s -> s.toString().equals(name))
                    .findFirst();
        }

        /** How long it may take to end by itself when the client is gone. */
        Duration patience() {
            return patience;
        }

        MediaType type(String kind) {
            return MediaType.create("application", "x-" + this + "-" + kind);
        }

        /** Its name in the protocol. */
        @Override
        public String toString() {
            return "git-" + command;
        }
    }

    /** Those of the git program that answers, in the repository's directory. */
    List<String> arguments() {
        var arguments = new ArrayList<>(List.of(service.command, "--stateless-rpc"));
        if (advertisement) {
            arguments.add("--advertise-refs");
        }
        arguments.add(".");
        return arguments;
    }

    @Override
    public MediaType type() {
        return service.type(advertisement ? "advertisement" : "result");
    }

    @Override
    public Duration patience() {
        return service.patience();
    }

    /** Versions 0 and 1 name the service first, version 2 does not. */
    @Override
    public String preface() {
        if (!advertisement || List.of(protocol.split(":")).contains("version=2")) {
            return "";
        }
        var line = "# service=" + service + "\n";
        return String.format(Locale.ROOT, "%04x%s0000", line.length() + 4, line);
    }

    @Override
    public String toString() {
        return service + " of " + project;
    }
}
