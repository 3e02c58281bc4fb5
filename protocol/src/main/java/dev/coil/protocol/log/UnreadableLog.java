package dev.coil.protocol.log;

/** What Kafka says of a log that it cannot read. */
public final class UnreadableLog {

    private UnreadableLog() {}

    /** The innermost reason, without the advice to developers that Kafka puts around it. */
    public static String reason(Throwable failure) {
        var cause = failure;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        return String.valueOf(cause.getMessage()).replaceFirst("\\.$", "");
    }
}
