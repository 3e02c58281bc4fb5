package dev.coil.protocol.graph;

import java.util.Collection;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Finds the word that was probably meant. */
public final class DidYouMean {

    private DidYouMean() {}

    /** {@code did you mean 'x'?}, or {@code null} if no known word is near. */
    public static @Nullable String hint(String word, Collection<String> known) {
        var nearest = nearest(word, known);
        return nearest == null ? null : "did you mean '" + nearest + "'?";
    }

    /** The known word that is the fewest edits away: one, or up to three in longer words. {@code null} if there is none. */
    public static @Nullable String nearest(String word, Collection<String> known) {
        int limit = Math.max(1, Math.min(3, word.length() / 3));
        if (word.length() < 2) {
            return null;
        }
        String best = null;
        int bestDistance = limit + 1;
        for (var candidate : known) {
            if (Math.abs(candidate.length() - word.length()) < bestDistance) {
                int distance = distance(normal(word), normal(candidate), bestDistance);
                if (distance < bestDistance) {
                    best = candidate;
                    bestDistance = distance;
                }
            }
        }
        return best;
    }

    /** {@code timeout_factor} and {@code Timeout-Factor} are no edits away from {@code timeout-factor}. */
    private static String normal(String word) {
        return word.toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Optimal string alignment: insertions, deletions, substitutions and swaps of neighbours; stops counting at {@code limit}. */
    private static int distance(String a, String b, int limit) {
        var beforeLast = new int[b.length() + 1];
        var last = new int[b.length() + 1];
        var row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            last[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            row[0] = i;
            int smallest = i;
            for (int j = 1; j <= b.length(); j++) {
                int change = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
                row[j] = Math.min(Math.min(last[j], row[j - 1]) + 1, last[j - 1] + change);
                if (i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1)) {
                    row[j] = Math.min(row[j], beforeLast[j - 2] + 1);
                }
                smallest = Math.min(smallest, row[j]);
            }
            if (smallest >= limit) {
                return limit;
            }
            var oldest = beforeLast;
            beforeLast = last;
            last = row;
            row = oldest;
        }
        return last[b.length()];
    }
}
