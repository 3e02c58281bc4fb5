package dev.coil.viewer.why;

import java.util.List;
import java.util.stream.Collectors;

/** Lists and numbers in sentences. */
final class Phrases {

    /** How many tasks or workers a sentence names. */
    static final int NAMED = 3;

    private Phrases() {}

    /** {@code a, b, c and 2 more} */
    static String names(List<String> all) {
        return all.stream().limit(NAMED).collect(Collectors.joining(", ")) + more(all.size() - NAMED);
    }

    static String more(int count) {
        return count > 0 ? " and " + count + " more" : "";
    }

    /** {@code 1 task comes}, {@code 2 tasks come} */
    static String tasksCome(int count) {
        return count + (count == 1 ? " task comes" : " tasks come");
    }
}
