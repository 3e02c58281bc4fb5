package dev.coil.scheduler.resolver;

import dev.coil.protocol.tuple.WorkerInfo;
import dev.coil.scheduler.presence.Presence;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** As ZooKeeper: who has a session. It can be away; sessions begin their time anew when it is back. */
final class ModelKeeper {

    private static final long SESSION_MILLIS = 6_000;

    /** How long it takes after that to read all of it again. */
    private static final long READING_MILLIS = 1_000;

    private static final class Session {
        final WorkerInfo worker;
        long beatAt;

        Session(WorkerInfo worker, long beatAt) {
            this.worker = worker;
            this.beatAt = beatAt;
        }
    }

    private final Map<String, Session> sessions = new TreeMap<>();
    private long now;
    private long awayUntil;
    private long knownSince;
    private long version;
    private int joined;

    void tick(long to) {
        boolean wasAway = isAway();
        now = to;
        if (isAway()) {
            return;
        }
        if (wasAway) {
            sessions.values().forEach(session -> session.beatAt = now);
            knownSince = now + READING_MILLIS;
            version++;
        }
        if (sessions.values().removeIf(session -> now - session.beatAt > SESSION_MILLIS)) {
            version++;
        }
    }

    void leave(long millis) {
        awayUntil = now + millis;
    }

    private boolean isAway() {
        return now < awayUntil;
    }

    /** A worker keeps its session. Returns whether it has it still, as far as it can know. */
    boolean beat(String incarnation) {
        var session = sessions.get(incarnation);
        if (session != null && !isAway()) {
            session.beatAt = now;
        }
        return session != null || isAway();
    }

    /** A worker begins a session. Returns its incarnation; {@code null} if nobody answers. */
    @Nullable
    String join(WorkerInfo machine, long startedAt) {
        if (isAway()) {
            return null;
        }
        var incarnation = machine.name() + "." + ++joined;
        var worker = new WorkerInfo(
                machine.name(),
                machine.worker(),
                incarnation,
                machine.attributes(),
                machine.slots(),
                machine.version(),
                startedAt,
                false);
        sessions.put(incarnation, new Session(worker, now));
        version++;
        return incarnation;
    }

    List<String> incarnations() {
        return List.copyOf(sessions.keySet());
    }

    /** What owners see of it. */
    Presence.Picture picture() {
        var present = sessions.values().stream()
                .map(session -> session.worker)
                .sorted(Comparator.comparing(WorkerInfo::incarnation))
                .toList();
        return new Presence.Picture(!isAway() && now >= knownSince, version, present);
    }

    /** That an owner gives a worker up although it could know that it is there, or could not know who is, must not be. */
    void checkLost(String incarnation, boolean wasRestarted) {
        History.require(!sessions.containsKey(incarnation), "%s is given up, and is there", incarnation);
        History.require(!isAway(), "%s is given up while nobody knows who is there", incarnation);
        History.require(
                wasRestarted || now - knownSince >= 3_000, "%s is given up before it can have come back", incarnation);
    }
}
