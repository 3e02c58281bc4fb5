package dev.coil.viewer;

import dev.coil.protocol.expiry.ArtifactRetention;
import dev.coil.protocol.log.KafkaSettings;
import dev.coil.viewer.archive.ArchiveSource;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;

/**
 * What a viewer needs.
 *
 * @param kafka where the event and log topics are
 * @param directory of its own; logs are stored below {@code logs} in it, and {@code artifacts} has those that people look into
 * @param artifacts where artifacts are kept
 * @param retention which of them are kept while their runs are
 * @param version of this program, for people
 * @param warnings gives what people should know of the node's data, for the API
 */
public record ViewerConfig(
        KafkaSettings kafka,
        Path directory,
        ArchiveSource artifacts,
        ArtifactRetention retention,
        String version,
        Supplier<List<String>> warnings) {}
