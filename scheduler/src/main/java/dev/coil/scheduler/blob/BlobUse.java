package dev.coil.scheduler.blob;

import dev.coil.protocol.event.Event;
import dev.coil.protocol.event.Event.TaskSummary;
import dev.coil.protocol.graph.AttemptResult;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Which blobs the runs that are kept name, as the events tell: scripts, and artifacts and trees of every attempt. One thread applies
 * events, any may ask. Blobs that no run has ever named, such as the large files of commits, are not looked at.
 */
final class BlobUse {

    /** What changed for blobs with an event: those that are named for the first time, and those that are named no more. */
    record Change(Set<String> named, Set<String> released) {
        static final Change NONE = new Change(Set.of(), Set.of());
    }

    private final Map<String, Set<String>> ofSubmissions = new HashMap<>();
    private final Map<String, Set<String>> ofRuns = new HashMap<>();

    /** How many runs and submissions name a blob. */
    private final Map<String, Integer> counts = new ConcurrentHashMap<>();

    boolean isNamed(String digest) {
        return counts.containsKey(digest);
    }

    Change apply(Event event) {
        if (event instanceof Event.TasksStaged staged) {
            return name(ofSubmissions, staged.project() + "/" + staged.submission(), scripts(staged.tasks()));
        } else if (event instanceof Event.GeneratedStaged staged) {
            return name(ofRuns, key(staged), scripts(staged.tasks()));
        } else if (event instanceof Event.RunCreated created) {
            var scripts = ofSubmissions.remove(created.project() + "/" + created.id());
            if (scripts != null) {
                ofRuns.put(key(created), scripts);
            }
        } else if (event instanceof Event.AttemptEnded ended) {
            return name(ofRuns, key(ended), blobs(ended.result()));
        } else if (event instanceof Event.TaskFinished finished) {
            return name(ofRuns, key(finished), blobs(finished.result()));
        } else if (event instanceof Event.RunForgotten forgotten) {
            return release(ofRuns.remove(key(forgotten)));
        }
        return Change.NONE;
    }

    private static String key(Event.OfRun event) {
        return event.project() + "#" + event.run();
    }

    private static Set<String> scripts(List<TaskSummary> tasks) {
        return tasks.stream()
                .map(TaskSummary::scriptBlob)
                .filter(Objects::nonNull)
                .collect(Collectors.toSet());
    }

    private static Set<String> blobs(@Nullable AttemptResult result) {
        var blobs = new HashSet<String>();
        if (result != null) {
            result.artifacts().forEach(artifact -> blobs.add(artifact.sha256()));
            if (result.tree() != null) {
                blobs.add(result.tree());
            }
        }
        return blobs;
    }

    private Change name(Map<String, Set<String>> holders, String holder, Set<String> blobs) {
        if (blobs.isEmpty()) {
            return Change.NONE;
        }
        var known = holders.computeIfAbsent(holder, k -> new HashSet<>());
        var first = new HashSet<String>();
        for (var blob : blobs) {
            if (known.add(blob) && counts.merge(blob, 1, Integer::sum) == 1) {
                first.add(blob);
            }
        }
        return new Change(first, Set.of());
    }

    private Change release(@Nullable Set<String> blobs) {
        if (blobs == null) {
            return Change.NONE;
        }
        var released = new HashSet<String>();
        for (var blob : blobs) {
            if (counts.computeIfPresent(blob, (b, count) -> count > 1 ? count - 1 : null) == null) {
                released.add(blob);
            }
        }
        return new Change(Set.of(), released);
    }
}
