package dev.coil.scheduler.checkpoint;

import dev.coil.scheduler.checkpoint.Origin.Events;
import dev.coil.scheduler.resolver.MemoryState;
import dev.coil.scheduler.resolver.RecordedLog;
import dev.coil.scheduler.state.LowWater;
import dev.coil.scheduler.state.Meta;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;

/** A partition's logs, for {@link ModelKeeper}s: the commands, of which the first may be removed, and the checkpoints. */
final class ModelPartition {

    /** A record of the checkpoints, at its offset. */
    record Stored(long offset, CheckpointRecord record) {}

    private final RecordedLog log;
    private final List<Long> fingerprints = new ArrayList<>();
    private final List<Long> lastEvents = new ArrayList<>();
    private final List<Long> firstEvents = new ArrayList<>();

    final List<Stored> topic = new ArrayList<>();
    private long next;
    private long begin;

    /** The offset of the first command that is left. */
    long commandsBegin;

    /** How far the log has come. */
    int end = 1;

    /** The number of the last event that anybody has told. */
    long told;

    /** @param lag how many commands after an event it is of no use any more; the simulation's own runs are forgotten late */
    ModelPartition(RecordedLog log, int lag) {
        this.log = log;
        var state = new MemoryState();
        for (int position = 0; position <= log.size(); position++) {
            log.fold(state, position);
            fingerprints.add(state.fingerprint());
            lastEvents.add(Meta.SEQ.get(state));
            firstEvents.add(Math.max(LowWater.of(state), lastEvents.get(Math.max(0, position - lag))));
        }
    }

    boolean isAtItsEnd() {
        return end == log.size();
    }

    void grow(int commands) {
        end = Math.min(log.size(), end + commands);
    }

    void fold(MemoryState state, int until) {
        if (Meta.POSITION.get(state) < commandsBegin) {
            throw new AssertionError("the commands before " + commandsBegin + " are gone");
        }
        log.fold(state, until);
        checkState(state);
        told = Math.max(told, Meta.SEQ.get(state));
    }

    void checkState(MemoryState state) {
        int position = (int) Meta.POSITION.get(state);
        if (state.fingerprint() != fingerprints.get(position)) {
            throw new AssertionError("the state at " + position + " is another one");
        }
    }

    long append(CheckpointRecord record) {
        topic.add(new Stored(next, record));
        return next++;
    }

    void removeBefore(long offset) {
        begin = Math.max(begin, Math.min(offset, next));
        topic.removeIf(stored -> stored.offset() < begin);
    }

    long topicBegin() {
        return begin;
    }

    /** As the broker does when it likes to. */
    void compact() {
        var removed = new HashSet<String>();
        for (int i = topic.size() - 1; i >= 0; i--) {
            var record = topic.get(i).record();
            if (record instanceof CheckpointRecord.Removed gone) {
                removed.add(gone.id() + "/" + gone.part());
            } else if (removed.contains(record.id() + "/" + part(record))) {
                topic.remove(i);
            }
        }
    }

    private static String part(CheckpointRecord record) {
        return record instanceof CheckpointRecord.Piece piece
                ? Long.toString(piece.number())
                : CheckpointRecord.MANIFEST;
    }

    CheckpointScan.Content read(long from) {
        var scan = new CheckpointScan();
        for (var stored : topic) {
            if (stored.offset() >= from) {
                scan.take(stored.offset(), stored.record());
            }
        }
        return scan.end();
    }

    List<Checkpoint> judged(List<Checkpoint> found) {
        return found.stream()
                .map(checkpoint -> checkpoint.isWhole() && !fits(checkpoint)
                        ? checkpoint.flawed("it does not fit the log")
                        : checkpoint)
                .toList();
    }

    private boolean fits(Checkpoint checkpoint) {
        return checkpoint.position() > commandsBegin && checkpoint.position() <= end;
    }

    /** What an owner begins with that has this store. */
    MemoryState open(MemoryState store) {
        long position = Meta.POSITION.get(store);
        if (position == 0 ? commandsBegin == 0 : position > commandsBegin) {
            return store;
        }
        return restored(judged(read(0).checkpoints()));
    }

    private Origin choose(List<Checkpoint> candidates, Events events) {
        return Origin.choose(candidates, commandsBegin, events)
                .orElseThrow(() -> new AssertionError("nobody can own the partition any more: the commands begin at "
                        + commandsBegin + ", and there are "
                        + candidates.stream()
                                .map(checkpoint -> checkpoint.id() + " " + checkpoint.flaw())
                                .toList()));
    }

    private MemoryState restored(List<Checkpoint> candidates) {
        var state = new MemoryState();
        var checkpoint = choose(candidates, new Events(told, false)).checkpoint();
        if (checkpoint != null) {
            var entries = new EntryReader(state::load);
            for (var stored : topic) {
                if (stored.record() instanceof CheckpointRecord.Piece piece
                        && piece.id().equals(checkpoint.id())) {
                    entries.take(piece.number(), piece.bytes());
                }
            }
            var flaw = entries.end(checkpoint.manifest());
            if (!flaw.isEmpty()) {
                throw new AssertionError("what was read as whole is not: " + flaw);
            }
        }
        checkState(state);
        return state;
    }

    /** Whatever one checkpoint is damaged, an owner without a store can begin. */
    void check() {
        var found = judged(read(0).checkpoints());
        choose(found, new Events(told, false));
        for (var damaged : found) {
            var left = found.stream()
                    .map(checkpoint -> checkpoint.equals(damaged) ? checkpoint.flawed("damaged") : checkpoint)
                    .toList();
            choose(left, new Events(told, false));
        }
    }

    /** All events that are of use can be told anew. */
    void checkRepair() {
        var found = judged(read(0).checkpoints());
        var anew = choose(found, new Events(0, true)).checkpoint();
        if (anew != null && anew.manifest().lastEvent() >= firstEvents.get(end)) {
            throw new AssertionError("event " + firstEvents.get(end) + " is of use, and only those after "
                    + anew.manifest().lastEvent() + " can be told anew");
        }
    }

    long firstEvent(long position) {
        return firstEvents.get((int) position);
    }

    long lastEvent(long position) {
        return lastEvents.get((int) position);
    }
}
