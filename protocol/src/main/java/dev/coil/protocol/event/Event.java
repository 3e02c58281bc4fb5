package dev.coil.protocol.event;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import dev.coil.protocol.graph.AttemptResult;
import dev.coil.protocol.graph.Need;
import dev.coil.protocol.graph.Outcome;
import dev.coil.protocol.graph.Priority;
import dev.coil.protocol.graph.Resources;
import dev.coil.protocol.graph.Source;
import dev.coil.protocol.graph.TaskRef;
import dev.coil.protocol.pause.Pause;
import dev.coil.protocol.pause.PauseScope;
import dev.coil.protocol.space.ClaimId;
import dev.coil.protocol.tuple.Requirement;
import dev.coil.protocol.tuple.WorkerInfo;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Something that happened: what a record of the event log tells. {@code project} and {@code run} name a run, {@code task} is a task's index. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
    @JsonSubTypes.Type(value = Event.TasksStaged.class, name = "TasksStaged.1"),
    @JsonSubTypes.Type(value = Event.RunCreated.class, name = "RunCreated.1"),
    @JsonSubTypes.Type(value = Event.RunQueued.class, name = "RunQueued.1"),
    @JsonSubTypes.Type(value = Event.RunStarted.class, name = "RunStarted.1"),
    @JsonSubTypes.Type(value = Event.TaskBlocked.class, name = "TaskBlocked.1"),
    @JsonSubTypes.Type(value = Event.TaskReady.class, name = "TaskReady.1"),
    @JsonSubTypes.Type(value = Event.TaskClaimed.class, name = "TaskClaimed.1"),
    @JsonSubTypes.Type(value = Event.AttemptEnded.class, name = "AttemptEnded.1"),
    @JsonSubTypes.Type(value = Event.TaskFinished.class, name = "TaskFinished.1"),
    @JsonSubTypes.Type(value = Event.GeneratedStaged.class, name = "GeneratedStaged.1"),
    @JsonSubTypes.Type(value = Event.TasksGenerated.class, name = "TasksGenerated.1"),
    @JsonSubTypes.Type(value = Event.TaskReset.class, name = "TaskReset.1"),
    @JsonSubTypes.Type(value = Event.RunOutcomeKnown.class, name = "RunOutcomeKnown.1"),
    @JsonSubTypes.Type(value = Event.RunFinished.class, name = "RunFinished.1"),
    @JsonSubTypes.Type(value = Event.RunCancelled.class, name = "RunCancelled.1"),
    @JsonSubTypes.Type(value = Event.RunReopened.class, name = "RunReopened.1"),
    @JsonSubTypes.Type(value = Event.RunForgotten.class, name = "RunForgotten.1"),
    @JsonSubTypes.Type(value = Event.WorkersReported.class, name = "WorkersReported.1"),
    @JsonSubTypes.Type(value = Event.WorkersChanged.class, name = "WorkersChanged.1"),
    @JsonSubTypes.Type(value = Event.WorkersRetold.class, name = "WorkersRetold.1"),
    @JsonSubTypes.Type(value = Event.RequirementUnmet.class, name = "RequirementUnmet.1"),
    @JsonSubTypes.Type(value = Event.RequirementMet.class, name = "RequirementMet.1"),
    @JsonSubTypes.Type(value = Event.Paused.class, name = "Paused.1"),
    @JsonSubTypes.Type(value = Event.Resumed.class, name = "Resumed.1"),
    @JsonSubTypes.Type(value = Event.RequestAnswered.class, name = "RequestAnswered.1"),
})
@JsonInclude(JsonInclude.Include.NON_NULL)
public sealed interface Event {

    /** An event of a run. */
    sealed interface OfRun extends Event {
        String project();

        int run();
    }

    /** An event of a task of a run. */
    sealed interface OfTask extends OfRun {
        int task();
    }

    /** Tasks of a submission were staged; {@link RunCreated} with the same id makes them a run's. */
    record TasksStaged(String project, String submission, int first, List<TaskSummary> tasks) implements Event {}

    /**
     * A task as readers of events see it: a {@code TaskSpec} without what only a worker needs.
     *
     * @param script the first lines of its script, for people
     * @param artifacts the names of the artifacts that it declares
     * @param scriptBlob SHA-256 of the script, if that is a blob
     * @param resources what is reserved for it
     * @param concurrency the name of its concurrency group; {@code null} for none
     * @param expires how many milliseconds after an attempt's end those of its artifacts expire of which the graph says so
     */
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    record TaskSummary(
            String name,
            String base,
            Map<String, String> matrix,
            List<Need> needs,
            Requirement requirement,
            @Nullable String platform,
            Priority priority,
            @JsonInclude(JsonInclude.Include.NON_DEFAULT) boolean allowFailure,
            @Nullable String condition,
            String script,
            List<String> artifacts,
            @Nullable String scriptBlob,

            @JsonInclude(value = JsonInclude.Include.CUSTOM, valueFilter = Resources.None.class)
            Resources resources,

            @Nullable String concurrency,
            Map<String, Long> expires) {

        /** Of a task whose script is no blob, for which nothing is reserved, and which is of no group. */
        public TaskSummary(
                String name,
                String base,
                Map<String, String> matrix,
                List<Need> needs,
                Requirement requirement,
                @Nullable String platform,
                Priority priority,
                boolean allowFailure,
                @Nullable String condition,
                String script,
                List<String> artifacts) {
            this(
                    name,
                    base,
                    matrix,
                    needs,
                    requirement,
                    platform,
                    priority,
                    allowFailure,
                    condition,
                    script,
                    artifacts,
                    null,
                    Resources.NONE,
                    null,
                    Map.of());
        }

        @JsonCreator
        public TaskSummary {
            matrix = matrix == null || matrix.isEmpty()
                    ? Map.of()
                    : java.util.Collections.unmodifiableMap(new java.util.LinkedHashMap<>(matrix));
            needs = needs == null ? List.of() : List.copyOf(needs);
            script = script == null ? "" : script;
            artifacts = artifacts == null ? List.of() : List.copyOf(artifacts);
            resources = resources == null ? Resources.NONE : resources;
            expires = expires == null || expires.isEmpty()
                    ? Map.of()
                    : java.util.Collections.unmodifiableMap(new java.util.TreeMap<>(expires));
        }
    }

    /** A submission became a run. All its tasks are waiting. */
    record RunCreated(String project, int run, String id, Source source, int tasks, String submitter)
            implements OfRun {}

    /**
     * A new run waits for a place in its concurrency group.
     *
     * @param behind the number of a run of the group that goes on; 0 if those are just ending
     */
    record RunQueued(String project, int run, String group, int behind) implements OfRun {}

    /** A run that waited for a place has one now. */
    record RunStarted(String project, int run) implements OfRun {}

    /**
     * A task whose needs have ended waits for a place in its concurrency group.
     *
     * @param holder a task of the group that has a place
     */
    record TaskBlocked(
            String project,
            int run,
            int task,
            String group,
            @Nullable TaskRef holder) implements OfTask {}

    /** A task waits for a worker. */
    record TaskReady(String project, int run, int task, int attempt) implements OfTask {}

    /** A worker's claim was accepted: the attempt is running. */
    record TaskClaimed(String project, int run, int task, int attempt, ClaimId claim, String worker)
            implements OfTask {}

    /**
     * An attempt ended, and the task will have another one.
     *
     * @param result what the worker reported; {@code null} if it did not come to that
     * @param reason one sentence for a person; {@code null} for a non-zero exit
     * @param again not before when the next one is due, by the log's clock, in milliseconds since the epoch; 0 for at once
     */
    record AttemptEnded(
            String project,
            int run,
            int task,
            int attempt,
            Outcome outcome,
            @Nullable AttemptResult result,
            @Nullable String reason,
            @JsonInclude(JsonInclude.Include.NON_DEFAULT) long again)
            implements OfTask {}

    /**
     * A task ended.
     *
     * @param attempt its last attempt; 0 if it had none
     * @param result what the worker reported; {@code null} if no attempt came to that
     * @param label the word for how it ended, from its exit codes
     * @param reason one sentence for a person; {@code null} for plain success or a non-zero exit
     * @param kind for programs, why it ended otherwise than by its own result
     */
    record TaskFinished(
            String project,
            int run,
            int task,
            int attempt,
            Outcome outcome,
            @Nullable AttemptResult result,
            @Nullable String label,
            @Nullable String reason,
            @Nullable EndKind kind)
            implements OfTask {}

    /** Why a task ended otherwise than by its own result. */
    enum EndKind {
        /** Its {@code if} did not hold. */
        CONDITION,
        /** A need of it was not satisfied. */
        NEED,
        /** No present worker could ever take it, and the submitter did not want to wait. */
        NO_WORKER,
        /** It, or its run, was cancelled. */
        CANCELLED,
        /** It waited longer than its queue timeout. */
        QUEUE_TIMEOUT,
        /** The owner's own timer ended an attempt whose worker did not. */
        RUN_TIMEOUT,
        /** The retry budget for infrastructure errors is used up. */
        INFRASTRUCTURE
    }

    /**
     * Tasks that a running task generates were staged; {@link TasksGenerated} makes them the run's, and any other end of the attempt
     * drops them.
     *
     * @param part its number, from 0; a part with the number 0 takes the place of all before
     * @param tasks whose needs are counted from the first one
     */
    record GeneratedStaged(String project, int run, int task, int attempt, int part, List<TaskSummary> tasks)
            implements OfTask {}

    /**
     * What a task generated has become part of the run: it is followed by the task's own end.
     *
     * @param first the index of the first of the new tasks; it is the number of tasks that the run had
     * @param tasks how many they are
     */
    record TasksGenerated(String project, int run, int task, int attempt, int first, int tasks) implements OfTask {}

    /** A retry made an ended task waiting again. */
    record TaskReset(String project, int run, int task) implements OfTask {}

    /** Every task that is not allowed to fail has ended: the outcome will not change any more. */
    record RunOutcomeKnown(String project, int run, Outcome outcome) implements OfRun {}

    /** Every task has ended. */
    record RunFinished(String project, int run, Outcome outcome) implements OfRun {}

    /** Somebody cancelled the run; its tasks end one by one. */
    record RunCancelled(String project, int run, String reason) implements OfRun {}

    /** A retry made a finished run running again. */
    record RunReopened(String project, int run) implements OfRun {}

    /** The retention did not keep a finished run any longer: nothing will be told of it again, and its number is not used again. */
    record RunForgotten(String project, int run) implements OfRun {}

    /** All the workers that the owner of this partition sees, and nobody else is present. In older logs only. */
    record WorkersReported(List<WorkerInfo> workers) implements Event {}

    /**
     * The owner of this partition sees other workers than before.
     *
     * @param came those that are new, or have changed
     * @param gone incarnations
     */
    record WorkersChanged(List<WorkerInfo> came, List<String> gone) implements Event {}

    /**
     * The workers that the owner of this partition sees, in pieces, each of which is true by itself: of the incarnations of a part of the
     * alphabet, in the order of {@link String#compareTo}, these are present and no others.
     *
     * @param after where the part begins, without this; {@code null} for the beginning
     * @param upTo where it ends, with this; {@code null} for the end
     */
    record WorkersRetold(@Nullable String after, @Nullable String upTo, List<WorkerInfo> workers) implements Event {}

    /**
     * Tasks with this requirement are ready, and no present worker could ever take them.
     *
     * @param reason one sentence for a person: what the nearest worker lacks
     */
    record RequirementUnmet(Requirement requirement, String reason) implements Event {}

    /** A present worker could take tasks with this requirement again. */
    record RequirementMet(Requirement requirement) implements Event {}

    /** Nothing new of a scope is started in this partition, or another reason is given for that. */
    record Paused(Pause pause) implements Event {}

    /** A pause is over in this partition. */
    record Resumed(PauseScope scope, String by) implements Event {}

    /**
     * The answer to a request.
     *
     * @param rejection {@code null} if it was accepted
     * @param run the number of the run it made or acted on; 0 if there is none
     * @param message one sentence for a person; empty if it was accepted
     * @param runs the numbers of the runs that it acted on, where that may be several
     */
    record RequestAnswered(
            String requestId,
            String project,
            int run,
            @Nullable Rejection rejection,
            String message,
            @JsonInclude(JsonInclude.Include.NON_EMPTY) List<Integer> runs)
            implements Event {

        public RequestAnswered {
            runs = runs == null ? List.of() : List.copyOf(runs);
        }

        public RequestAnswered(
                String requestId, String project, int run, @Nullable Rejection rejection, String message) {
            this(requestId, project, run, rejection, message, List.of());
        }
    }
}
