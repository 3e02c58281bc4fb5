package dev.coil.protocol.graph.trigger;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Whether what changed is of interest. */
final class Paths {

    private Paths() {}

    /** Nothing where it is unknown what changed. An empty commit changes nothing that could be ignored. */
    static Optional<String> refusal(Filter filter, @Nullable List<String> changedFiles, String key) {
        if (changedFiles == null || changedFiles.stream().anyMatch(filter::admits)) {
            return Optional.empty();
        }
        if (changedFiles.isEmpty()) {
            return filter.ignores() ? Optional.empty() : Optional.of("no file was changed, and " + key + " wants some");
        }
        int files = changedFiles.size();
        var what = files == 1
                ? "the one changed file, '" + changedFiles.get(0) + "',"
                : (filter.ignores() ? "each" : "none") + " of the " + files + " changed files";
        return Optional.of(files == 1 || filter.ignores() ? filter.refusal(what, key) : what + " is among " + key);
    }
}
