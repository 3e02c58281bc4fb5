package dev.coil.scheduler.presence;

import dev.coil.protocol.command.Command;
import dev.coil.protocol.tuple.WorkerInfo;
import dev.coil.scheduler.window.PresentWorkers;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What an owner says of who is present: the difference between what ZooKeeper and what the state says, again until there is none, in
 * records of bounded size, and a few times a second at most. Times are of a clock like {@link System#nanoTime()}.
 */
public final class RollCall {

    /** After something was said; what comes meanwhile is said together. */
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

    private static final long AGAIN_NANOS = TimeUnit.SECONDS.toNanos(3);

    /** What was said of an incarnation: that it is so, or nothing if it is gone. */
    private record Said(Optional<WorkerInfo> worker, long at) {}

    private final PresentWorkers known;
    private final Map<String, Said> said = new HashMap<>();
    private List<WorkerInfo> seen = List.of();
    private long knownVersion = -1;
    private boolean agrees;
    private @Nullable Long saidAt;

    /** @param known by the state; is given the objects of the pictures, for workers that equal them */
    public RollCall(PresentWorkers known) {
        this.known = known;
    }

    /**
     * What is to be said now.
     *
     * @param begun whether the state has been told of any change; if not, it is told of an empty one
     */
    public List<Command.ChangeWorkers> look(long epoch, Presence.Picture picture, boolean begun, long now) {
        boolean same = picture.workers() == seen && known.version() == knownVersion;
        if (!picture.complete() || same && agrees && begun || saidWithin(PAUSE_NANOS, now)) {
            return List.of();
        }
        seen = picture.workers();
        var different = different();
        knownVersion = known.version();
        agrees = different.isEmpty();
        said.keySet().retainAll(different.keySet());
        var came = new ArrayList<WorkerInfo>();
        var gone = new ArrayList<String>();
        different.forEach((incarnation, worker) -> {
            var last = said.get(incarnation);
            if (last == null || now - last.at() > AGAIN_NANOS || !last.worker().equals(worker)) {
                said.put(incarnation, new Said(worker, now));
                worker.ifPresentOrElse(came::add, () -> gone.add(incarnation));
            }
        });
        var commands = inPieces(epoch, came, gone);
        if (agrees && !begun && !saidWithin(AGAIN_NANOS, now)) {
            commands.add(new Command.ChangeWorkers(epoch, List.of(), List.of()));
        }
        if (!commands.isEmpty()) {
            saidAt = now;
        }
        return commands;
    }

    private boolean saidWithin(long nanos, long now) {
        return saidAt != null && now - saidAt < nanos;
    }

    /** Those that the state does not know as they are; with nothing, those that it knows and that are not there. */
    @SuppressWarnings(
            "ReferenceEquality") // It is about sharing: one object for each worker, however many owners there are.
    private Map<String, Optional<WorkerInfo>> different() {
        var different = new TreeMap<String, Optional<WorkerInfo>>();
        int both = 0;
        for (var worker : seen) {
            var before = known.all().get(worker.incarnation());
            both += before == null ? 0 : 1;
            if (!worker.equals(before)) {
                different.put(worker.incarnation(), Optional.of(worker));
            } else if (worker != before) {
                known.share(worker);
            }
        }
        if (both < known.all().size()) {
            var there = new HashSet<String>();
            seen.forEach(worker -> there.add(worker.incarnation()));
            known.all().keySet().stream()
                    .filter(incarnation -> !there.contains(incarnation))
                    .forEach(incarnation -> different.put(incarnation, Optional.empty()));
        }
        return different;
    }

    /** Those that came before those that are gone: there may be none in between that could take a task. */
    private static List<Command.ChangeWorkers> inPieces(long epoch, List<WorkerInfo> came, List<String> gone) {
        var commands = new ArrayList<Command.ChangeWorkers>();
        for (int c = 0, g = 0; c < came.size() || g < gone.size(); ) {
            int endOfCame = Math.min(came.size(), c + PresentWorkers.AT_ONCE);
            int endOfGone = Math.min(gone.size(), g + PresentWorkers.AT_ONCE - (endOfCame - c));
            commands.add(new Command.ChangeWorkers(
                    epoch, List.copyOf(came.subList(c, endOfCame)), List.copyOf(gone.subList(g, endOfGone))));
            c = endOfCame;
            g = endOfGone;
        }
        return commands;
    }
}
