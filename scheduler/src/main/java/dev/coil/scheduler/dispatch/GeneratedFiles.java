package dev.coil.scheduler.dispatch;

import dev.coil.protocol.graph.Action.Generates;
import dev.coil.protocol.graph.Problem;
import dev.coil.protocol.graph.TaskRef;
import dev.coil.protocol.space.ClaimId;
import java.util.List;

/** Takes in the files of further tasks that tasks write. */
@FunctionalInterface
public interface GeneratedFiles {

    /**
     * What the attempt's result is to name.
     *
     * @param tasks how many there are in the file
     * @param sha256 the file's digest
     */
    record Staged(int tasks, String sha256, List<Problem> warnings) {}

    /**
     * Plans a file and stages what is in it under the claim; waits for the log's answer.
     *
     * @param name the generator's
     * @param generates as the tuple has it
     * @throws dev.coil.scheduler.http.Refused if the file is bad, the claim lost, or the node cannot do it
     */
    Staged stage(TaskRef task, int attempt, ClaimId claim, String name, Generates generates, String text);
}
