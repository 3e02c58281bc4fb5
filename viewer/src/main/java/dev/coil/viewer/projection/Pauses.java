package dev.coil.viewer.projection;

import dev.coil.protocol.pause.Pause;
import dev.coil.protocol.pause.PauseScope;
import dev.coil.protocol.tuple.Requirement;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What operators have paused. One thread changes it, any may read. */
public final class Pauses {

    /** Each partition tells its own: what one of them still has is paused. */
    private final Map<PauseScope, Map<Integer, Pause>> told = new HashMap<>();

    private volatile List<Pause> all = List.of();
    private volatile long version;

    void paused(long newVersion, int partition, Pause pause) {
        told.computeIfAbsent(pause.scope(), scope -> new TreeMap<>()).put(partition, pause);
        changed(newVersion);
    }

    void resumed(long newVersion, int partition, PauseScope scope) {
        told.computeIfPresent(scope, (s, partitions) -> {
            partitions.remove(partition);
            return partitions.isEmpty() ? null : partitions;
        });
        changed(newVersion);
    }

    /** What a partition told is gone; what still holds of it will be told again. */
    void trimmed(long newVersion, int partition) {
        told.values().forEach(partitions -> partitions.remove(partition));
        told.values().removeIf(Map::isEmpty);
        changed(newVersion);
    }

    private void changed(long newVersion) {
        all = told.values().stream()
                .map(partitions -> partitions.values().iterator().next())
                .sorted(Comparator.comparing((Pause pause) -> pause.scope().kind())
                        .thenComparing(pause -> pause.scope().name()))
                .toList();
        version = newVersion;
    }

    /** By kind, then by name. */
    public List<Pause> all() {
        return all;
    }

    /** Of the projection, at the last change here. */
    public long version() {
        return version;
    }

    /** Why tasks of this project with this canonical requirement are not started; {@code null} if they may be. */
    public @Nullable Pause of(String project, String requirement) {
        var now = all;
        if (now.isEmpty()) {
            return null;
        }
        var wanted = Requirement.parse(requirement);
        return now.stream()
                .filter(pause -> pause.scope().covers(project, wanted))
                .findFirst()
                .orElse(null);
    }

    /** Why a worker takes nothing new; {@code null} if it may. */
    public @Nullable Pause ofWorker(String name) {
        var scope = PauseScope.worker(name);
        return all.stream()
                .filter(pause -> pause.scope().equals(scope))
                .findFirst()
                .orElse(null);
    }
}
