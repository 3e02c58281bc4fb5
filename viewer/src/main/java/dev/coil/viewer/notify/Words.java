package dev.coil.viewer.notify;

/** Numbers and times in sentences. */
final class Words {

    private Words() {}

    /** {@code 1 task}, {@code 40 tasks} */
    static String tasks(int count) {
        return count + (count == 1 ? " task" : " tasks");
    }

    /** {@code 12 s}, {@code 3 min 12 s}, {@code 2 h 5 min} */
    static String span(long millis) {
        long seconds = Math.max(0, millis) / 1_000;
        if (seconds < 60) {
            return seconds + " s";
        }
        return seconds < 3_600
                ? seconds / 60 + " min " + seconds % 60 + " s"
                : seconds / 3_600 + " h " + seconds / 60 % 60 + " min";
    }
}
