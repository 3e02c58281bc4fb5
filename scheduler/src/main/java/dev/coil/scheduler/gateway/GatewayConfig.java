package dev.coil.scheduler.gateway;

import dev.coil.protocol.expiry.ArtifactRetention;
import dev.coil.protocol.log.KafkaSettings;
import dev.coil.scheduler.blob.S3Place;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How a gateway works.
 *
 * @param zookeeper connect string, with a chroot if there is one; {@code null} for a gateway to which no workers come
 * @param directory where it keeps {@code blobs} and {@code sources}
 * @param bucket where it keeps blobs instead, with all other gateways; {@code null} for the directory
 * @param answerTimeout how long a submission, cancel or retry waits for the resolver before its sender gets a 503
 * @param blobGrace how long blobs stay that only forgotten runs named; {@code null} for ever, as where others may name them too
 * @param artifacts which artifacts are kept while their runs are
 * @param doors whether only who has a key is let in ({@code scheduler.access.Doors})
 */
public record GatewayConfig(
        KafkaSettings kafka,
        @Nullable String zookeeper,
        Path directory,
        @Nullable S3Place bucket,
        Duration answerTimeout,
        @Nullable Duration blobGrace,
        ArtifactRetention artifacts,
        boolean doors) {

    public static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(30);
    public static final Duration BLOB_GRACE = Duration.ofDays(1);

    public GatewayConfig {
        if (answerTimeout.isNegative() || answerTimeout.isZero()) {
            throw new IllegalArgumentException("answerTimeout is " + answerTimeout + "; it must be positive");
        }
    }

    public GatewayConfig(KafkaSettings kafka, Path directory) {
        this(kafka, directory, ANSWER_TIMEOUT);
    }

    public GatewayConfig(KafkaSettings kafka, Path directory, Duration answerTimeout) {
        this(kafka, null, directory, null, answerTimeout, null, ArtifactRetention.STANDARD, false);
    }
}
