package dev.coil.scheduler.checkpoint;

import dev.coil.scheduler.resolver.MemoryState;
import dev.coil.scheduler.state.Meta;
import dev.coil.scheduler.store.Identity;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** As {@code Checkpoints} of an owner, and as much of the owner as it needs: what it does is in {@link #step}, one smallest thing at a time. */
final class ModelKeeper {

    private static final int COMMANDS = 25;
    private static final int PIECE = 3_000;

    private final ModelPartition partition;
    private final long epoch;
    final MemoryState state;
    private @Nullable KnownCheckpoints known;
    private final ArrayDeque<Runnable> underway = new ArrayDeque<>();
    private long written;

    /** From this offset on another one owns the partition. */
    int followedAt = Integer.MAX_VALUE;

    ModelKeeper(ModelPartition partition, long epoch, MemoryState store) {
        this.partition = partition;
        this.epoch = epoch;
        state = partition.open(store);
        partition.checkState(state);
    }

    boolean isAtTheEnd() {
        return Meta.POSITION.get(state) >= Math.min(partition.end, followedAt);
    }

    void step(Random random) {
        if (!isAtTheEnd() && random.nextInt(3) == 0) {
            if (Meta.POSITION.get(state) < partition.commandsBegin) {
                // Overtaken: it would have to begin again, and would find that it was followed.
                followedAt = 0;
                return;
            }
            int until = (int) Meta.POSITION.get(state) + 1 + random.nextInt(10);
            partition.fold(state, Math.min(until, Math.min(partition.end, followedAt)));
        } else if (!underway.isEmpty()) {
            underway.poll().run();
        } else {
            begin();
        }
    }

    private void begin() {
        var checkpoints = known;
        if (checkpoints == null) {
            underway.add(() -> known = readAll());
            return;
        }
        var newest = checkpoints.newest();
        long position = Meta.POSITION.get(state);
        var keeping = checkpoints.keeping(partition.firstEvent(position));
        if (position - (newest == null ? 0 : newest.position()) >= COMMANDS) {
            write(position);
        } else if (keeping.cut() > checkpoints.cut()
                || !checkpoints.superfluous(keeping, epoch, Identity.LAYOUT).isEmpty()) {
            tidy(checkpoints, keeping);
        }
    }

    private KnownCheckpoints readAll() {
        var content = partition.read(0);
        return new KnownCheckpoints(partition.judged(content.checkpoints()), content.remains(), 0);
    }

    private void write(long position) {
        var id = new CheckpointId(position, epoch, ++written);
        var pieces = new ArrayList<byte[]>();
        var entries = new EntryWriter(PIECE, pieces::add);
        state.forEach(entries);
        var manifest = CheckpointCopy.manifest(id, partition.lastEvent(position), entries.end());
        long[] first = {-1};
        for (int n = 0; n < pieces.size(); n++) {
            var piece = new CheckpointRecord.Piece(id, n, pieces.get(n));
            underway.add(() -> {
                long offset = partition.append(piece);
                first[0] = first[0] < 0 ? offset : first[0];
            });
        }
        underway.add(() -> partition.append(new CheckpointRecord.End(id, manifest)));
        underway.add(() -> {
            var found = partition.judged(partition.read(first[0]).checkpoints()).stream()
                    .filter(checkpoint -> checkpoint.id().equals(id))
                    .toList();
            known = known == null ? null : known.with(found);
        });
    }

    private void tidy(KnownCheckpoints before, Keeping keeping) {
        var superfluous = before.superfluous(keeping, epoch, Identity.LAYOUT);
        var after = before.without(superfluous, keeping.cut());
        underway.add(() -> {
            if (partition.topicBegin() > after.first()) {
                underway.clear();
                known = readAll();
            }
        });
        if (keeping.cut() > before.cut()) {
            underway.add(() -> partition.commandsBegin = Math.max(partition.commandsBegin, keeping.cut()));
        }
        for (var id : superfluous.keySet()) {
            underway.add(() -> partition.append(new CheckpointRecord.Removed(id, CheckpointRecord.MANIFEST)));
        }
        superfluous.forEach((id, pieces) -> {
            for (long n = 0; n < pieces; n++) {
                var removed = new CheckpointRecord.Removed(id, Long.toString(n));
                underway.add(() -> partition.append(removed));
            }
        });
        if (!superfluous.isEmpty()) {
            underway.add(() -> partition.removeBefore(after.first()));
        }
        underway.add(() -> known = after);
    }

    /** What another process on the same machine, or a former one elsewhere, has stored. */
    List<MemoryState> stores(MemoryState older) {
        return List.of(state.copy(), older, new MemoryState());
    }
}
