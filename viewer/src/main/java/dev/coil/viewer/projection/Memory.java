package dev.coil.viewer.projection;

import dev.coil.protocol.event.Event;
import dev.coil.protocol.event.EventRecord;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What tells a forgotten run from one that there never was. Runs are numbered without gaps, so a number that is missing below another
 * one is that of a forgotten run. Events of one may still be in the log when its first ones are gone. One thread changes it, any may ask for
 * the newest number.
 */
final class Memory {

    /** Where the first event of a run is. */
    record Beginning(int partition, long seq) {}

    private final Map<String, Integer> newest = new ConcurrentHashMap<>();
    private final Map<RunState, Beginning> beginnings = new HashMap<>();

    /** The numbers of the first events that partitions have; those that have all are missing. */
    private final Map<Integer, Long> first = new HashMap<>();

    void created(String project, int run) {
        newest.merge(project, run, Math::max);
    }

    void began(RunState run, Beginning beginning) {
        beginnings.put(run, beginning);
    }

    void forgotten(RunState run) {
        beginnings.remove(run);
    }

    /** Of the project's runs, as far as anybody told; 0 if it has none. */
    int newest(String project) {
        return newest.getOrDefault(project, 0);
    }

    void trimmed(int partition, long seq) {
        first.put(partition, seq);
    }

    boolean isTrimmed(int partition) {
        return first.containsKey(partition);
    }

    /** Whether the run began before the first event that is left. */
    boolean isForgotten(RunState run) {
        var beginning = beginnings.get(run);
        return beginning != null && beginning.seq() < first.getOrDefault(beginning.partition(), 0L);
    }

    /** Whether an event is of a run of which the beginning is gone. */
    boolean isOfTheForgotten(Projection projection, EventRecord record) {
        if (!isTrimmed(record.partition())
                || !(record.event() instanceof Event.OfRun of)
                || record.event() instanceof Event.RunCreated
                || projection.run(of.project(), of.run()) != null) {
            return false;
        }
        created(of.project(), of.run());
        return true;
    }
}
