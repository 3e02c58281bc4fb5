package dev.coil.worker.report;

/**
 * How much of what an attempt prints is kept: the beginning, and the end, where the error is.
 *
 * @param head bytes of the beginning, sent as they come
 * @param tail bytes of the end, held in memory until the script has ended
 */
public record LogBound(long head, int tail) {

    private static final int MOST_TAIL = 4 * 1024 * 1024;
    private static final int TAIL_PART = 4;

    /** Both together. */
    public static LogBound of(long bytes) {
        int tail = (int) Math.min(bytes / TAIL_PART, MOST_TAIL);
        return new LogBound(bytes - tail, tail);
    }
}
