package dev.coil.scheduler.checkpoint;

import dev.coil.scheduler.resolver.MemoryState;
import dev.coil.scheduler.resolver.RecordedLog;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Owners that write checkpoints and remove what is superfluous by them, as a model without Kafka: cut after any smallest step (one piece
 * that arrives, one removal), followed by others that have a store, an older one or none, while they may live on for a while. At no
 * moment is more removed than can be missed, whichever one checkpoint is damaged; and all come to the state of an uncut fold.
 */
class CheckpointCycleTest {

    private static final int RUNS = Integer.getInteger("coil.runs", 60);
    private static final int LOGS = 10;

    @Test
    void shouldAlwaysLeaveWhatANewOwnerNeeds() {
        var chosen = Long.getLong("coil.seed");
        var seeds = chosen != null
                ? List.of(chosen)
                : new Random(14).longs(RUNS).boxed().toList();
        var logs = new ArrayList<RecordedLog>();
        int cut = 0;
        for (long seed : seeds) {
            int number = (int) Math.floorMod(seed, (long) LOGS);
            while (logs.size() <= number) {
                logs.add(RecordedLog.of(logs.size(), 250));
            }
            cut += run(seed, logs.get(number)) ? 1 : 0;
        }
        if (cut < seeds.size() / 2) {
            throw new AssertionError("only in " + cut + " of " + seeds.size() + " runs were commands removed");
        }
    }

    /** Returns whether commands were removed. */
    private static boolean run(long seed, RecordedLog log) {
        try {
            var random = new Random(seed);
            var partition = new ModelPartition(log, List.of(5, 40, 150, 10_000).get(random.nextInt(4)));
            long epoch = 1;
            var owner = new ModelKeeper(partition, epoch, new MemoryState());
            var zombies = new ArrayList<ModelKeeper>();
            var older = new MemoryState();
            boolean liveOn = random.nextBoolean();
            while (!partition.isAtItsEnd() || !owner.isAtTheEnd()) {
                if (random.nextInt(6) == 0) {
                    partition.grow(random.nextInt(12));
                }
                owner.step(random);
                if (liveOn && random.nextInt(3) == 0) {
                    zombies.forEach(zombie -> zombie.step(random));
                }
                if (random.nextInt(60) == 0) {
                    owner.followedAt = partition.end;
                    zombies.add(owner);
                    if (zombies.size() > 1 + random.nextInt(2)) {
                        zombies.remove(0);
                    }
                    var stores = owner.stores(older);
                    owner = new ModelKeeper(
                            partition, ++epoch, stores.get(random.nextInt(3)).copy());
                }
                if (random.nextInt(100) == 0) {
                    older = owner.state.copy();
                }
                if (random.nextInt(50) == 0) {
                    partition.compact();
                }
                if (random.nextInt(3) == 0) {
                    partition.check();
                    if (!liveOn) {
                        partition.checkRepair();
                    }
                }
            }
            partition.checkState(owner.state);
            return partition.commandsBegin > 0;
        } catch (AssertionError | RuntimeException e) {
            throw new AssertionError("seed " + seed + " (-Dcoil.seed=" + seed + "): " + e.getMessage(), e);
        }
    }
}
