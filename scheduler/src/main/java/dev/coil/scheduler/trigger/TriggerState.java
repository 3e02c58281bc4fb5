package dev.coil.scheduler.trigger;

import dev.coil.scheduler.trigger.TriggerRecord.Looked;
import dev.coil.scheduler.trigger.TriggerRecord.Result;
import dev.coil.scheduler.trigger.TriggerRecord.Seen;
import dev.coil.scheduler.trigger.TriggerRecord.Tick;
import dev.coil.scheduler.trigger.TriggerRecord.Timetable;
import dev.coil.scheduler.trigger.TriggerRecord.Tip;
import dev.coil.scheduler.trigger.TriggerService.Failed;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** What was seen, what became of it, and what refs were last, as the journal says it now. For many threads. */
final class TriggerState {

    /** So many changes of a project are remembered that have been handled, so that the same delivery is known again. */
    private static final int REMEMBERED = 1_000;

    private final Map<String, LinkedHashMap<String, Seen>> changes = new HashMap<>();
    private final Map<String, Map<String, Tip>> tips = new HashMap<>();
    private final Map<String, String> looked = new HashMap<>();
    private final Map<String, Timetable> timetables = new HashMap<>();
    private final Map<String, Tick> ticks = new HashMap<>();
    private final Map<String, Failed> failed = new LinkedHashMap<>();
    private @Nullable List<Failed> failures;
    private long version;

    /** Folds the next record of a key; {@code null} for what is gone. */
    synchronized void apply(String key, @Nullable TriggerRecord record) {
        if (record instanceof Seen seen) {
            changes.computeIfAbsent(seen.project(), name -> new LinkedHashMap<>())
                    .put(seen.id(), seen);
            noteFailure(seen);
        } else if (record instanceof Tip tip) {
            tips.computeIfAbsent(tip.project(), name -> new HashMap<>())
                    .merge(tip.ref(), tip, (old, next) -> next.at() < old.at() ? old : next);
        } else if (record instanceof Looked look) {
            looked.put(look.project(), look.repository());
        } else if (record instanceof Timetable timetable) {
            timetables.put(timetable.project(), timetable);
        } else if (record instanceof Tick tick) {
            ticks.put(tick.key(), tick);
        } else {
            failed.remove(key);
            failures = null;
            forget(key.split("/", 3));
        }
        version++;
        notifyAll();
    }

    private void noteFailure(Seen seen) {
        var result = seen.result();
        if (result != null && result.kind() == Result.Kind.FAILED) {
            failed.put(seen.key(), new Failed(seen.project(), seen.change(), seen.at(), result.reason()));
            failures = null;
        }
    }

    private void forget(String[] key) {
        if (key.length == 3 && key[0].equals("change") && changes.containsKey(key[1])) {
            changes.get(key[1]).remove(key[2]);
        } else if (key.length == 3 && key[0].equals("tip") && tips.containsKey(key[1])) {
            tips.get(key[1]).remove(key[2]);
        } else if (key[0].equals("looked")) {
            looked.remove(key[1]);
        } else if (key[0].equals("timetable")) {
            timetables.remove(key[1]);
        } else if (key[0].equals("tick")) {
            ticks.remove(String.join("/", key));
        }
    }

    synchronized Optional<Seen> change(String project, String id) {
        var ofProject = changes.get(project);
        return Optional.ofNullable(ofProject == null ? null : ofProject.get(id));
    }

    /** Those that are still to be handled, by project, in the order in which the journal has them. */
    synchronized Map<String, List<Seen>> pending() {
        var pending = new HashMap<String, List<Seen>>();
        changes.forEach((project, seen) -> {
            var open = seen.values().stream()
                    .filter(change -> change.result() == null)
                    .toList();
            if (!open.isEmpty()) {
                pending.put(project, open);
            }
        });
        return pending;
    }

    /** The last changes of a project, newest first. */
    synchronized List<Seen> latest(String project, int most) {
        var all = new ArrayList<>(
                changes.getOrDefault(project, new LinkedHashMap<>()).values());
        Collections.reverse(all);
        return List.copyOf(all.subList(0, Math.min(most, all.size())));
    }

    /** Those that failed, and are remembered. */
    synchronized List<Failed> failures() {
        if (failures == null) {
            failures = List.copyOf(failed.values());
        }
        return failures;
    }

    /** Those that need not be remembered any longer. */
    synchronized List<Seen> old() {
        var old = new ArrayList<Seen>();
        for (var seen : changes.values()) {
            int surplus = seen.size() - REMEMBERED;
            seen.values().stream()
                    .filter(change -> change.result() != null)
                    .limit(Math.max(0, surplus))
                    .forEach(old::add);
        }
        return old;
    }

    /** What the refs of a project were last; empty if nobody has looked. */
    synchronized Map<String, String> tips(String project) {
        var commits = new HashMap<String, String>();
        tips.getOrDefault(project, Map.of()).forEach((ref, tip) -> commits.put(ref, tip.commit()));
        return commits;
    }

    /** Whether a ref is known to be at a commit, or a change says so that is still to be handled. */
    synchronized boolean knows(String project, String ref, String commit) {
        var tip = tips.getOrDefault(project, Map.of()).get(ref);
        return tip != null && tip.commit().equals(commit)
                || changes.getOrDefault(project, new LinkedHashMap<>()).values().stream()
                        .anyMatch(seen -> seen.result() == null
                                && seen.change().ref().equals(ref)
                                && seen.change().commit().equals(commit));
    }

    synchronized List<Timetable> timetables() {
        return List.copyOf(timetables.values());
    }

    /** The last time of a schedule that has come; empty if none has. */
    synchronized OptionalLong tick(String project, String schedule) {
        var tick = ticks.get(new Tick(project, schedule, 0).key());
        return tick == null ? OptionalLong.empty() : OptionalLong.of(tick.at());
    }

    synchronized Optional<Timetable> timetable(String project) {
        return Optional.ofNullable(timetables.get(project));
    }

    /** Whether all refs of the repository are known. */
    synchronized boolean hasLooked(String project, String repository) {
        return repository.equals(looked.get(project));
    }

    /** The keys of what is only true of the repository that a project has now. */
    synchronized List<String> keysOfRepository(String project) {
        var keys = new ArrayList<String>();
        tips.getOrDefault(project, Map.of()).keySet().forEach(ref -> keys.add(Tip.key(project, ref)));
        ticks.values().stream()
                .filter(tick -> tick.project().equals(project))
                .map(Tick::key)
                .forEach(keys::add);
        if (timetables.containsKey(project)) {
            keys.add(timetables.get(project).key());
        }
        if (looked.containsKey(project)) {
            keys.add(new Looked(project, "").key());
        }
        return keys;
    }

    synchronized long version() {
        return version;
    }

    /** Waits until something is read after a version, or for some time. */
    synchronized void awaitNews(long since, long millis) throws InterruptedException {
        if (version == since) {
            wait(millis);
        }
    }
}
