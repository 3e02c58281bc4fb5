package dev.coil.viewer.projection;

import dev.coil.protocol.expiry.ArtifactRetention;

/** When what runs have made expires: by their graphs, or by what the node keeps. */
final class Expiry {

    private final ArtifactRetention retention;
    private final Projection projection;

    Expiry(ArtifactRetention retention, Projection projection) {
        this.retention = retention;
        this.projection = projection;
    }

    /** @return {@link ArtifactRetention#NEVER} if that is not to be seen yet */
    long of(RunState run, int task, Attempt attempt, String artifact) {
        long own = run.facts(task).expires().getOrDefault(artifact, 0L);
        return retention.expiresAt(attempt.finishedAt(), own, passed(run));
    }

    /** Since when a run is none of the newest ones of its project. */
    private long passed(RunState run) {
        if (retention.runs() == ArtifactRetention.ALL) {
            return ArtifactRetention.NEVER;
        }
        var newer = projection
                .runs(run.project())
                .tailMap(Math.addExact(run.number(), retention.runs()), true)
                .firstEntry();
        return newer == null ? ArtifactRetention.NEVER : newer.getValue().createdAt();
    }
}
