package dev.coil.scheduler.gateway;

import dev.coil.protocol.log.KafkaSettings;
import java.nio.file.Path;
import java.time.Duration;

/**
 * How a gateway works.
 *
 * @param directory where it keeps {@code blobs} and {@code sources}
 * @param answerTimeout how long a submission, cancel or retry waits for the resolver before its sender gets a 503
 */
public record GatewayConfig(KafkaSettings kafka, Path directory, Duration answerTimeout) {

    public static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(30);

    public GatewayConfig {
        if (answerTimeout.isNegative() || answerTimeout.isZero()) {
            throw new IllegalArgumentException("answerTimeout is " + answerTimeout + "; it must be positive");
        }
    }

    public GatewayConfig(KafkaSettings kafka, Path directory) {
        this(kafka, directory, ANSWER_TIMEOUT);
    }
}
