package dev.coil.ops.node;

import dev.coil.protocol.expiry.ArtifactRetention;
import dev.coil.scheduler.blob.S3Place;
import dev.coil.scheduler.owner.CheckpointPolicy;
import dev.coil.scheduler.owner.Retention;
import dev.coil.worker.runner.Limits;
import java.nio.file.Path;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How a node runs.
 *
 * @param home where it keeps everything ({@link NodeHome})
 * @param reach from where it is reached
 * @param slots how many tasks the node's own worker runs at once
 * @param labels of the node's own worker
 * @param limits of each task of the node's own worker
 * @param worker whether the node has a worker of its own
 * @param repair whether to make everything anew from the command log first
 * @param leaveOut a command that no fold can take and that is left out from now on; {@code null} for none
 * @param retention which finished runs it keeps
 * @param checkpoints when the state is written to Kafka
 * @param artifacts which artifacts it keeps while it keeps their runs
 * @param bucket where it keeps blobs, with all other nodes; {@code null} for its own directory
 */
public record NodeConfig(
        Path home,
        Reach reach,
        int slots,
        Set<String> labels,
        Limits limits,
        boolean worker,
        boolean repair,
        @Nullable CommandPlace leaveOut,
        Retention retention,
        CheckpointPolicy checkpoints,
        ArtifactRetention artifacts,
        @Nullable S3Place bucket) {

    /** @throws IllegalArgumentException with the setting that cannot be */
    public NodeConfig {
        if (slots < 1) {
            throw new IllegalArgumentException("slots is " + slots + ": expected 1 or more");
        }
        home = home.toAbsolutePath().normalize();
        labels = Set.copyOf(labels);
    }

    /** Serves this machine alone, on the default port, with a worker that has a slot for each processor. */
    public static NodeConfig defaults(Path home) {
        return new NodeConfig(
                home,
                Reach.LOOPBACK,
                Runtime.getRuntime().availableProcessors(),
                Set.of(),
                Limits.STANDARD,
                true,
                false,
                null,
                Retention.STANDARD,
                CheckpointPolicy.STANDARD,
                ArtifactRetention.STANDARD,
                null);
    }

    public NodeConfig withReach(Reach other) {
        return new NodeConfig(
                home,
                other,
                slots,
                labels,
                limits,
                worker,
                repair,
                leaveOut,
                retention,
                checkpoints,
                artifacts,
                bucket);
    }

    public NodeConfig withPort(int number) {
        return new NodeConfig(
                home,
                reach.withPort(number),
                slots,
                labels,
                limits,
                worker,
                repair,
                leaveOut,
                retention,
                checkpoints,
                artifacts,
                bucket);
    }

    public NodeConfig withSlots(int number) {
        return new NodeConfig(
                home,
                reach,
                number,
                labels,
                limits,
                worker,
                repair,
                leaveOut,
                retention,
                checkpoints,
                artifacts,
                bucket);
    }

    public NodeConfig withLabels(Set<String> some) {
        return new NodeConfig(
                home, reach, slots, some, limits, worker, repair, leaveOut, retention, checkpoints, artifacts, bucket);
    }

    public NodeConfig withRepair() {
        return new NodeConfig(
                home, reach, slots, labels, limits, worker, true, leaveOut, retention, checkpoints, artifacts, bucket);
    }

    public NodeConfig withoutWorker() {
        return new NodeConfig(
                home, reach, slots, labels, limits, false, repair, leaveOut, retention, checkpoints, artifacts, bucket);
    }

    public NodeConfig withLeftOut(CommandPlace command) {
        return new NodeConfig(
                home, reach, slots, labels, limits, worker, repair, command, retention, checkpoints, artifacts, bucket);
    }

    public NodeConfig withRetention(Retention other) {
        return new NodeConfig(
                home, reach, slots, labels, limits, worker, repair, leaveOut, other, checkpoints, artifacts, bucket);
    }

    public NodeConfig withCheckpoints(CheckpointPolicy policy) {
        return new NodeConfig(
                home, reach, slots, labels, limits, worker, repair, leaveOut, retention, policy, artifacts, bucket);
    }

    public NodeConfig withArtifacts(ArtifactRetention some) {
        return new NodeConfig(
                home, reach, slots, labels, limits, worker, repair, leaveOut, retention, checkpoints, some, bucket);
    }

    public NodeConfig withBucket(S3Place place) {
        return new NodeConfig(
                home, reach, slots, labels, limits, worker, repair, leaveOut, retention, checkpoints, artifacts, place);
    }
}
