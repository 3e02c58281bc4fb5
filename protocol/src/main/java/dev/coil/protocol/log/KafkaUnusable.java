package dev.coil.protocol.log;

import org.jspecify.annotations.Nullable;

/** Kafka does not do what is needed of it; the message says what, for a person. */
public final class KafkaUnusable extends RuntimeException {
    public KafkaUnusable(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
