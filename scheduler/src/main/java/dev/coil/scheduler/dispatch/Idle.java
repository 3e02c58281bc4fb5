package dev.coil.scheduler.dispatch;

import dev.coil.protocol.space.ReadyTask;
import dev.coil.protocol.tuple.Requirement;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The sessions that wait for a task, by what they match. Each requirement is matched once with each session, when either is new; after
 * that a task finds its worker without a look at those that it does not match. Not thread-safe.
 */
final class Idle {

    /** Requirements that are remembered. Those of one fleet's graphs are some dozens. */
    private static final int MOST = 500;

    /** So many that could take a task are compared. */
    private static final int MOST_COMPARED = 64;

    /** The idle sessions that match a requirement, those first that have waited longest, so that work is spread. */
    private static final class Matching {
        final Requirement requirement;
        final LinkedHashSet<Session> idle = new LinkedHashSet<>();

        Matching(Requirement requirement) {
            this.requirement = requirement;
        }
    }

    private final LinkedHashMap<Requirement, Matching> known = new LinkedHashMap<>(16, 0.75f, true);
    private final Map<Session, List<Matching>> matched = new HashMap<>();
    private final Set<Session> idle = new LinkedHashSet<>();

    /** The session is there, or says something else of itself. */
    void add(Session session) {
        remove(session);
        var fits = new ArrayList<Matching>(2);
        known.values().stream()
                .filter(matching -> matching.requirement.isMetBy(session.attributes()))
                .forEach(fits::add);
        matched.put(session, fits);
        look(session);
    }

    void remove(Session session) {
        var fits = matched.remove(session);
        if (fits != null) {
            fits.forEach(matching -> matching.idle.remove(session));
            idle.remove(session);
        }
    }

    /** Takes notice of whether the session waits. */
    void look(Session session) {
        boolean waits = session.isIdle();
        if (waits ? idle.add(session) : idle.remove(session)) {
            for (var matching : matched.getOrDefault(session, List.of())) {
                if (waits) {
                    matching.idle.add(session);
                } else {
                    matching.idle.remove(session);
                }
            }
        }
    }

    /** All that wait, as they are now. */
    List<Session> all() {
        return new ArrayList<>(idle);
    }

    boolean isEmpty() {
        return idle.isEmpty();
    }

    /**
     * One that may take the task and has room for it: the least busy one, before others one that worked for the project, before others the
     * one that has waited longest; {@code null} if there is none.
     */
    @Nullable
    Session find(ReadyTask task) {
        return matching(task.requirement()).idle.stream()
                .filter(session -> isFree(session, task))
                .limit(MOST_COMPARED)
                .min(Comparator.comparingDouble(Session::load).thenComparing(session -> !session.knows(task.project())))
                .orElse(null);
    }

    private boolean isFree(Session session, ReadyTask task) {
        boolean reserved = session.reservation != null && !session.reservation.equals(task.ref());
        return !reserved
                && task.isAllowedBy(session.rules())
                && session.fits(task.action().resources())
                && !leavesToOthers(session, task);
    }

    /** Whether the task went wrong on it a moment ago, and there are others that match it. */
    boolean leavesToOthers(Session session, ReadyTask task) {
        if (!session.avoids(task.ref())) {
            return false;
        }
        var matching = matching(task.requirement());
        return matched.entrySet().stream()
                .anyMatch(other -> other.getKey() != session
                        && other.getKey().isTaking()
                        && other.getValue().contains(matching)
                        && task.isAllowedBy(other.getKey().rules()));
    }

    /** One that may take the task, has no room for it now, and keeps itself free for no other; {@code null} if there is none. */
    @Nullable
    Session findBusy(ReadyTask task) {
        return matching(task.requirement()).idle.stream()
                .filter(session -> session.reservation == null
                        && task.isAllowedBy(session.rules())
                        && !leavesToOthers(session, task))
                .findFirst()
                .orElse(null);
    }

    private Matching matching(Requirement requirement) {
        var found = known.get(requirement);
        if (found != null) {
            return found;
        }
        var made = new Matching(requirement);
        matched.forEach((session, fits) -> {
            if (requirement.isMetBy(session.attributes())) {
                fits.add(made);
            }
        });
        idle.stream()
                .filter(session -> matched.getOrDefault(session, List.of()).contains(made))
                .forEach(made.idle::add);
        known.put(requirement, made);
        forgetEldest();
        return made;
    }

    private void forgetEldest() {
        if (known.size() > MOST) {
            var eldest = new HashSet<Matching>();
            eldest.add(known.remove(known.keySet().iterator().next()));
            matched.values().forEach(fits -> fits.removeAll(eldest));
        }
    }
}
