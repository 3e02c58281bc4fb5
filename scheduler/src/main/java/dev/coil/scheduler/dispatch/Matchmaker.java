package dev.coil.scheduler.dispatch;

import dev.coil.protocol.graph.TaskRef;
import dev.coil.protocol.space.FairShare;
import dev.coil.protocol.space.InLine;
import dev.coil.protocol.space.Ranks;
import dev.coil.protocol.space.ReadyTask;
import dev.coil.protocol.space.SpaceChange;
import dev.coil.protocol.space.SpaceView;
import dev.coil.protocol.space.Turns;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Brings tasks and workers together: a task looks for a worker when it comes, a worker for a task when it comes; so one of the two is
 * always without the other. For the dispatcher's thread alone.
 */
final class Matchmaker {

    private final String gateway;
    private final Ranks ranks;
    private final Idle idle = new Idle();
    private SpaceView view = new SpaceView();
    private final Map<TaskRef, Session> reserved = new HashMap<>();
    private final List<TaskRef> fresh = new ArrayList<>();
    private final Set<TaskRef> leftToOthers = new HashSet<>();
    private final Set<Session> hungry = new LinkedHashSet<>();

    /** @param gateway the party that all its workers are among those who claim */
    Matchmaker(String gateway, Ranks ranks) {
        this.gateway = gateway;
        this.ranks = ranks;
    }

    /** The space is read anew from its beginning. */
    void beginAnew() {
        view = new SpaceView();
    }

    /** Takes a change of the space in. Returns whether it was not that of a former owner. */
    boolean apply(SpaceChange change) {
        boolean current = view.apply(change);
        if (change instanceof SpaceChange.Remove remove) {
            forget(remove.task());
        }
        return current;
    }

    /** A task that was put, and is nobody's yet, is to find a worker. */
    void welcome(ReadyTask task) {
        ranks.take(task, gateway);
        fresh.add(task.ref());
    }

    /** The task is not to be had, whatever the space says. */
    void takeOut(TaskRef task) {
        view.remove(task);
        forget(task);
    }

    private void forget(TaskRef task) {
        ranks.forget(task);
        leftToOthers.remove(task);
        var holder = reserved.remove(task);
        if (holder != null) {
            holder.reservation = null;
            hungry.add(holder);
        }
    }

    /** The session is there, or says something else of itself. */
    void add(Session session) {
        idle.add(session);
        hungry.add(session);
    }

    void remove(Session session) {
        idle.remove(session);
        hungry.remove(session);
        if (session.reservation != null) {
            reserved.remove(session.reservation);
        }
    }

    /** The session may have room again, or wait for a task now. */
    void awake(Session session) {
        hungry.add(session);
    }

    /** Whether there is no task at all. */
    boolean isEmpty() {
        return view.size() == 0;
    }

    /** The session may not wait any longer. */
    void look(Session session) {
        idle.look(session);
    }

    /** In how many milliseconds a task that is left to others may be taken, but at most {@code most}. */
    long millisToNext(long most) {
        return leftToOthers.isEmpty() || idle.isEmpty() ? most : ranks.millisToNext(most);
    }

    /**
     * Claims whatever can be claimed now.
     *
     * @param claim takes a task for a session that waits and has room
     */
    void match(BiConsumer<Session, ReadyTask> claim) {
        offerTasks(claim);
        serveWorkers(claim);
    }

    /** Tasks that have just come, or that others were to take and did not, in turns of their projects. */
    private void offerTasks(BiConsumer<Session, ReadyTask> claim) {
        if (idle.isEmpty() && ranks.size() == 0) {
            fresh.clear();
        }
        if (fresh.isEmpty() && leftToOthers.isEmpty()) {
            return;
        }
        var projects = new TreeMap<String, TreeSet<ReadyTask>>();
        fresh.forEach(task -> addIfThere(projects, task));
        leftToOthers.forEach(task -> addIfThere(projects, task));
        fresh.clear();
        for (var turns = new Turns<>(projects.values(), new FairShare()); turns.hasNext(); ) {
            offer(turns.next(), claim);
        }
    }

    private void addIfThere(Map<String, TreeSet<ReadyTask>> projects, TaskRef task) {
        var there = view.get(task);
        if (there != null) {
            projects.computeIfAbsent(task.project(), p -> new TreeSet<>(InLine.ORDER))
                    .add(there);
        }
    }

    private void offer(ReadyTask task, BiConsumer<Session, ReadyTask> claim) {
        if (ranks.claimable(List.of(task)).isEmpty()) {
            leftToOthers.add(task.ref());
            return;
        }
        leftToOthers.remove(task.ref());
        var session = idle.find(task);
        if (session != null) {
            take(session, task, claim);
        } else if (!reserved.containsKey(task.ref())) {
            var busy = idle.findBusy(task);
            if (busy != null) {
                reserve(busy, task);
            }
        }
    }

    /** One worker takes nothing else until it has room for a task that wants much of it. */
    private void reserve(Session session, ReadyTask task) {
        reserved.put(task.ref(), session);
        session.reservation = task.ref();
    }

    /** Workers that have just come, or have room again, in the order in which any worker takes tasks. */
    private void serveWorkers(BiConsumer<Session, ReadyTask> claim) {
        // A task that is taken may make another session hungry, which kept itself free for it.
        for (var session = first(hungry); session != null; session = first(hungry)) {
            hungry.remove(session);
            for (var task = next(session); task != null; task = next(session)) {
                take(session, task, claim);
            }
            idle.look(session);
        }
    }

    private static @Nullable Session first(Set<Session> sessions) {
        var all = sessions.iterator();
        return all.hasNext() ? all.next() : null;
    }

    private void take(Session session, ReadyTask task, BiConsumer<Session, ReadyTask> claim) {
        takeOut(task.ref());
        claim.accept(session, task);
        idle.look(session);
    }

    private @Nullable ReadyTask next(Session session) {
        if (!session.isIdle()) {
            return null;
        }
        if (session.reservation != null) {
            var wanted = view.get(session.reservation);
            return wanted != null && session.fits(wanted.action().resources()) ? wanted : null;
        }
        int limit = session.free() + ranks.size();
        for (var task : ranks.claimable(view.matching(session.attributes(), session.rules(), session.shares, limit))) {
            if (idle.leavesToOthers(session, task)) {
                continue;
            }
            if (session.fits(task.action().resources())) {
                return task;
            }
            if (ranks.isFirst(task) && !reserved.containsKey(task.ref())) {
                reserve(session, task);
                return null;
            }
        }
        return null;
    }
}
