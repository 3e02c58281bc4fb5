package dev.coil.protocol.command;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import dev.coil.protocol.graph.AttemptResult;
import dev.coil.protocol.graph.Concurrency;
import dev.coil.protocol.graph.Source;
import dev.coil.protocol.graph.TaskSpec;
import dev.coil.protocol.pause.PauseScope;
import dev.coil.protocol.space.ClaimId;
import dev.coil.protocol.tuple.WorkerInfo;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Something that may change state: a record of the command log. Commands are imperative; what they did is told by events. The
 * type's name on the wire ends with its version, so that an old record is never read as something that it is not.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
    @JsonSubTypes.Type(value = Command.StageTasks.class, name = "StageTasks.1"),
    @JsonSubTypes.Type(value = Command.SubmitRun.class, name = "SubmitRun.1"),
    @JsonSubTypes.Type(value = Command.StageGenerated.class, name = "StageGenerated.1"),
    @JsonSubTypes.Type(value = Command.SealGenerated.class, name = "SealGenerated.1"),
    @JsonSubTypes.Type(value = Command.ClaimTask.class, name = "ClaimTask.1"),
    @JsonSubTypes.Type(value = Command.FinishTask.class, name = "FinishTask.1"),
    @JsonSubTypes.Type(value = Command.AbandonClaim.class, name = "AbandonClaim.1"),
    @JsonSubTypes.Type(value = Command.ConfirmClaim.class, name = "ConfirmClaim.1"),
    @JsonSubTypes.Type(value = Command.CancelRun.class, name = "CancelRun.1"),
    @JsonSubTypes.Type(value = Command.CancelRef.class, name = "CancelRef.1"),
    @JsonSubTypes.Type(value = Command.RetryRun.class, name = "RetryRun.1"),
    @JsonSubTypes.Type(value = Command.Pause.class, name = "Pause.1"),
    @JsonSubTypes.Type(value = Command.Resume.class, name = "Resume.1"),
    @JsonSubTypes.Type(value = Command.StartEpoch.class, name = "StartEpoch.1"),
    @JsonSubTypes.Type(value = Command.ReportWorkers.class, name = "ReportWorkers.1"),
    @JsonSubTypes.Type(value = Command.ChangeWorkers.class, name = "ChangeWorkers.1"),
    @JsonSubTypes.Type(value = Command.LoseWorker.class, name = "LoseWorker.1"),
    @JsonSubTypes.Type(value = Command.FireTimer.class, name = "FireTimer.1"),
    @JsonSubTypes.Type(value = Command.Continue.class, name = "Continue.1"),
    @JsonSubTypes.Type(value = Command.ForgetRun.class, name = "ForgetRun.1"),
    @JsonSubTypes.Type(value = Command.DropSubmission.class, name = "DropSubmission.1"),
    @JsonSubTypes.Type(value = Command.TellAgain.class, name = "TellAgain.1"),
    @JsonSubTypes.Type(value = Command.SwitchRules.class, name = "SwitchRules.1"),
})
@JsonInclude(JsonInclude.Include.NON_NULL)
public sealed interface Command {

    /** A command on one project: its record's key is the project, which decides its partition. */
    sealed interface OfProject extends Command {
        String project();
    }

    /** A command that an owner writes into its own partition. {@code epoch} is the owner's; the fold ignores older ones. */
    sealed interface OfOwner extends Command {
        long epoch();
    }

    /** A command that its sender waits for: it is answered by one {@code RequestAnswered} event with the same request id. */
    sealed interface Request extends OfProject {
        String requestId();
    }

    /**
     * A command that may concern several projects: each partition that has some is given a record of its own, with a request id of its
     * own, and answers it as it does a {@link Request}. To say it again does no harm.
     */
    sealed interface OfPartitions extends Command {
        String requestId();
    }

    /**
     * A part of the tasks of a submission. Tasks are staged in order of their index, without gaps, and become real with the
     * {@link SubmitRun} that names their number.
     *
     * @param submission the id that the run will have
     * @param first the index of the first of these tasks
     */
    record StageTasks(String project, String submission, int first, List<TaskSpec> tasks) implements OfProject {}

    /**
     * Makes the staged tasks a run. Sent again with the same id it is answered with the run that exists.
     *
     * @param submission the run's id, chosen by the submitter: its idempotency key
     * @param tasks how many tasks were staged
     * @param skipUnmatched whether tasks that no present worker could ever take are skipped at once instead of waited for
     * @param submitter who submitted it, for people
     * @param concurrency of which of the project's runs only so many go on at once; {@code null} for none
     */
    record SubmitRun(
            String requestId,
            String project,
            String submission,
            Source source,
            int tasks,
            boolean skipUnmatched,
            String submitter,
            @Nullable Concurrency concurrency)
            implements Request {}

    /**
     * A part of the tasks that a running task generates. They are staged under its claim, in order and without gaps, and become tasks of
     * the run with the {@link FinishTask} of that claim that names their number and digest; whatever else ends the attempt drops them.
     *
     * @param task the generator
     * @param sha256 the digest of the file that names them
     * @param part its number, from 0
     * @param tasks whose needs are counted from the first one of the file
     */
    record StageGenerated(
            String project,
            int run,
            int task,
            int attempt,
            ClaimId claim,
            String sha256,
            int part,
            List<TaskSpec> tasks)
            implements OfProject {}

    /**
     * Asks whether all the tasks that a running task generates are staged, and may be added to the run.
     *
     * @param tasks how many they are
     */
    record SealGenerated(
            String requestId, String project, int run, int task, int attempt, ClaimId claim, String sha256, int tasks)
            implements Request {}

    /** A worker's take of a ready task. The first valid one that the fold meets wins. */
    record ClaimTask(String project, int run, int task, int attempt, ClaimId claim, String worker)
            implements OfProject {}

    /** The result of an attempt; counts only from the holder of the claim. */
    record FinishTask(String project, int run, int task, int attempt, ClaimId claim, AttemptResult result)
            implements OfProject {}

    /** A claim that its worker gives back without a result; the task becomes ready again and no budget is charged. */
    record AbandonClaim(String project, int run, int task, int attempt, ClaimId claim, String reason)
            implements OfProject {}

    /** Asks whether a claim is held: whoever passes on what a worker says may not know. Changes nothing. */
    record ConfirmClaim(String requestId, String project, int run, int task, int attempt, ClaimId claim)
            implements Request {}

    /**
     * Ends a run, or one task of it, early.
     *
     * @param task the task's index; {@code null} for the whole run
     */
    record CancelRun(
            String requestId,
            String project,
            int run,
            @Nullable Integer task,
            String reason) implements Request {}

    /**
     * Ends all runs of a ref early that have not finished and are not cancelled yet, and none that is submitted later.
     *
     * @param ref a full name ({@code refs/heads/main}), or what git takes for one ({@code main})
     */
    record CancelRef(String requestId, String project, String ref, String reason) implements Request {}

    /**
     * Runs ended tasks again, and what was skipped because of them.
     *
     * @param task the index of the one task to run again; {@code null} for all that did not succeed
     * @param dependents with one task, whether all that depends on it runs again too, however it ended
     */
    record RetryRun(
            String requestId,
            String project,
            int run,
            @Nullable Integer task,
            @JsonInclude(JsonInclude.Include.NON_DEFAULT) boolean dependents)
            implements Request {}

    /**
     * Starts nothing new of the scope until it is resumed. Said of what is paused already, it gives that another reason and end.
     *
     * @param by who wants it, for people
     * @param millis after how long it ends by itself; 0 for never
     * @param quarantine whether a worker is not trusted: it gives back what it runs
     */
    record Pause(
            String requestId,
            PauseScope scope,
            String reason,
            String by,
            @JsonInclude(JsonInclude.Include.NON_DEFAULT) long millis,
            @JsonInclude(JsonInclude.Include.NON_DEFAULT) boolean quarantine)
            implements OfPartitions {

        @JsonCreator
        public Pause {}

        /** Until it is resumed. */
        public Pause(String requestId, PauseScope scope, String reason, String by) {
            this(requestId, scope, reason, by, 0, false);
        }
    }

    /**
     * Ends a pause of exactly this scope.
     *
     * @param until said by an owner, whom nobody answers: only if this is when it ends by itself; 0 for whatever pause there is
     */
    record Resume(
            String requestId,
            PauseScope scope,
            String by,
            @JsonInclude(JsonInclude.Include.NON_DEFAULT) long until) implements OfPartitions {

        @JsonCreator
        public Resume {}

        public Resume(String requestId, PauseScope scope, String by) {
            this(requestId, scope, by, 0);
        }
    }

    /** The first record of a new owner. Its own offset is the new epoch. */
    record StartEpoch(String owner) implements Command {}

    /** The workers that are present. Owners say {@link ChangeWorkers} instead; it stands in older logs. */
    record ReportWorkers(long epoch, List<WorkerInfo> workers) implements OfOwner {}

    /**
     * What is different from the workers that the state knows. With the first of these the rules change: who was lost, and who is lost from
     * then on, is told to be gone, and workers are told again in pieces.
     *
     * @param came those that are new, or have changed
     * @param gone incarnations
     */
    record ChangeWorkers(long epoch, List<WorkerInfo> came, List<String> gone) implements OfOwner {}

    /** A worker's incarnation is gone: its claims end as errors of the infrastructure, later ones of it are refused. */
    record LoseWorker(long epoch, String incarnation, String reason) implements OfOwner {}

    /**
     * A timer is due. Counts only if the state holds this timer and it is due by the log's clock.
     *
     * @param timer its id, as in the state
     */
    record FireTimer(long epoch, String timer) implements OfOwner {}

    /**
     * Goes on with work that was too much for one command.
     *
     * @param cursor its id, as in the state
     */
    record Continue(long epoch, String cursor) implements OfOwner {}

    /** A run is older than what the retention keeps. Counts only if every task of it has ended and nothing is underway in it. */
    record ForgetRun(long epoch, String project, int run) implements OfOwner {}

    /** Tasks were staged long ago and never became a run. Counts only if that is so, by the log's clock. */
    record DropSubmission(long epoch, String submission) implements OfOwner {}

    /** Events are about to be removed: what they tell that is of no run, and still holds, is to be told again. */
    record TellAgain(long epoch) implements OfOwner {}

    /**
     * The commands behind this one are folded by newer rules. Counts only if they are newer than those in force.
     *
     * @param version of the rules
     */
    record SwitchRules(long epoch, int version) implements OfOwner {}
}
