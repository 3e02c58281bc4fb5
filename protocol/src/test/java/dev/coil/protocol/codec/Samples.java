package dev.coil.protocol.codec;

import dev.coil.protocol.access.AccessRecord;
import dev.coil.protocol.access.Role;
import dev.coil.protocol.command.Command;
import dev.coil.protocol.control.Control;
import dev.coil.protocol.event.Event;
import dev.coil.protocol.event.Rejection;
import dev.coil.protocol.graph.Action;
import dev.coil.protocol.graph.AttemptResult;
import dev.coil.protocol.graph.Concurrency;
import dev.coil.protocol.graph.Need;
import dev.coil.protocol.graph.Outcome;
import dev.coil.protocol.graph.Priority;
import dev.coil.protocol.graph.Resources;
import dev.coil.protocol.graph.Retries;
import dev.coil.protocol.graph.Source;
import dev.coil.protocol.graph.Start;
import dev.coil.protocol.graph.TaskRef;
import dev.coil.protocol.graph.TaskSpec;
import dev.coil.protocol.pause.Pause;
import dev.coil.protocol.pause.PauseScope;
import dev.coil.protocol.space.ClaimId;
import dev.coil.protocol.space.ReadyTask;
import dev.coil.protocol.space.Tombstone;
import dev.coil.protocol.tuple.Attributes;
import dev.coil.protocol.tuple.Requirement;
import dev.coil.protocol.tuple.WorkerInfo;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/** One of every record, with every field set, and those that differ much when a field is not. */
final class Samples {

    private static final ClaimId CLAIM = new ClaimId("5f2c9a0e", 42);
    private static final Source SOURCE = new Source(
            "15de8fd779569e6e3a9f5fcbfc00e7df0ebe0380",
            "refs/heads/main",
            "push",
            "0123abcd",
            "sub/dir",
            "Fix it",
            List.of(new Source.Input("../lib", "v1", "0cc175b9c0f1b6a831c399e269772661a1b2c3d4")));
    private static final Requirement REQUIREMENT =
            Requirement.parse("arch=s390x memory>=8589934592 os=linux labels=quiet");
    private static final AttemptResult RESULT = new AttemptResult(
            Outcome.FAILURE,
            77,
            "not-compatible",
            "artifact dist: no such path out/",
            1_700_000_000_000L,
            1_700_000_001_500L,
            2_048,
            List.of(new AttemptResult.StoredArtifact("logs", "ab".repeat(32), 512, 3)),
            "cd".repeat(32),
            new AttemptResult.Generated(12, "12".repeat(32)));
    private static final Action ACTION = new Action(
            "make -j4\n",
            "ef".repeat(32),
            "bash",
            Map.of("CC", "gcc", "LANG", "C"),
            "src",
            true,
            1,
            true,
            List.of(new Action.Download(0, "dist", "out/")),
            List.of(new Action.Artifact("logs", "**/*.log", true)),
            Map.of(77, new Action.ExitMeaning(Outcome.SKIPPED, "not-compatible")),
            true,
            new Resources(4, 2L << 30, 10L << 30, true),
            List.of(
                    new Action.Checkout(null, "", "src", Action.Submodules.RECURSIVE, true),
                    new Action.Checkout("../lib", "v1", "lib", Action.Submodules.NONE, false)),
            new Action.Generates("more.yml", 1, "34".repeat(32)),
            List.of(new Action.Cache("deps", "v2", true)));
    private static final TaskSpec TASK = new TaskSpec(
            "test/linux-s390x/1",
            "test",
            matrix(),
            List.of(new Need(0, List.of(Outcome.FAILURE, Outcome.SKIPPED), true), Need.on(1)),
            REQUIREMENT,
            "linux-s390x",
            Priority.HIGH,
            true,
            "success() && needs.build.outcome == 'skipped'",
            3_600_000,
            43_200_000,
            new Retries(1, 0, 3),
            Start.GRANTED,
            new Concurrency("publish", 1, false),
            ACTION);
    private static final WorkerInfo WORKER = new WorkerInfo(
            "build7",
            "c0ffee",
            "5f2c9a0e",
            Attributes.of(Map.of("os", "linux", "arch", "s390x", "cpus", "4"), "quiet"),
            2,
            "0.1.0",
            1_700_000_000_000L,
            true);
    private static final WorkerInfo GATEWAY_WORKER = new WorkerInfo(
            "ann-laptop",
            "beef01",
            "77aa01",
            Attributes.of(Map.of("os", "freebsd", "arch", "x86_64")),
            1,
            "0.1.0",
            1_700_000_000_000L,
            false,
            "gateway-1");

    static final Map<String, Command> COMMANDS = byName(
            new Command.StageTasks(
                    "mylang",
                    "0123456789abcdef",
                    2,
                    List.of(TASK, TaskSpec.simple("lint", List.of(), Requirement.ANY, Action.script("true")))),
            new Command.SubmitRun(
                    "r1", "mylang", "0123456789abcdef", SOURCE, 4, true, "ann", new Concurrency("main", 2, true)),
            new Command.StageGenerated(
                    "mylang",
                    17,
                    3,
                    1,
                    CLAIM,
                    "12".repeat(32),
                    0,
                    List.of(TaskSpec.simple("plan/lint", List.of(), Requirement.ANY, Action.script("true")))),
            new Command.SealGenerated("r4", "mylang", 17, 3, 1, CLAIM, "12".repeat(32), 12),
            new Command.ConfirmClaim("r9", "mylang", 17, 3, 1, CLAIM),
            new Command.ClaimTask("mylang", 17, 3, 1, CLAIM, "build7"),
            new Command.FinishTask("mylang", 17, 3, 1, CLAIM, RESULT),
            new Command.AbandonClaim("mylang", 17, 3, 1, CLAIM, "the worker is draining"),
            new Command.CancelRun("r2", "mylang", 17, 3, "not wanted"),
            new Command.CancelRef("r4", "mylang", "refs/heads/main", "the branch is gone"),
            new Command.RetryRun("r3", "mylang", 17, 3, true),
            new Command.Pause("r5", PauseScope.of(REQUIREMENT), "disk full", "ann"),
            new Command.Resume("r6", PauseScope.worker("build7"), "ann"),
            new Command.StartEpoch("node-1"),
            new Command.ReportWorkers(99, List.of(WORKER)),
            new Command.ChangeWorkers(99, List.of(WORKER, GATEWAY_WORKER), List.of("5f2c9a0d")),
            new Command.LoseWorker(99, "5f2c9a0e", "its session ended"),
            new Command.FireTimer(99, "mylang/17/3/run"),
            new Command.Continue(99, "mylang/17/release"),
            new Command.ForgetRun(99, "mylang", 17),
            new Command.DropSubmission(99, "0123456789abcdef"),
            new Command.TellAgain(99),
            new Command.SwitchRules(99, 2));

    static final Map<String, Event> EVENTS = byName(
            new Event.TasksStaged(
                    "mylang",
                    "0123456789abcdef",
                    2,
                    List.of(new Event.TaskSummary(
                            TASK.name(),
                            TASK.base(),
                            TASK.matrix(),
                            TASK.needs(),
                            TASK.requirement(),
                            TASK.platform(),
                            TASK.priority(),
                            true,
                            TASK.condition(),
                            "make -j4",
                            List.of("logs"),
                            "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824",
                            TASK.action().resources(),
                            "publish",
                            Map.of()))),
            new Event.RunCreated("mylang", 17, "0123456789abcdef", SOURCE, 4, "ann"),
            new Event.TaskReady("mylang", 17, 3, 1),
            new Event.TaskClaimed("mylang", 17, 3, 1, CLAIM, "build7"),
            new Event.AttemptEnded("mylang", 17, 3, 1, Outcome.ERROR, null, "the worker was lost", 1_700_000_001_000L),
            new Event.RunQueued("mylang", 17, "main", 16),
            new Event.RunStarted("mylang", 17),
            new Event.TaskBlocked("mylang", 17, 3, "publish", new TaskRef("mylang", 16, 3)),
            new Event.TaskFinished(
                    "mylang",
                    17,
                    3,
                    2,
                    Outcome.SKIPPED,
                    RESULT,
                    "not-compatible",
                    "its condition did not hold",
                    Event.EndKind.CONDITION),
            new Event.GeneratedStaged(
                    "mylang",
                    17,
                    3,
                    1,
                    0,
                    List.of(new Event.TaskSummary(
                            "plan/lint",
                            "plan/lint",
                            Map.of(),
                            List.of(),
                            Requirement.ANY,
                            null,
                            Priority.NORMAL,
                            false,
                            null,
                            "true",
                            List.of()))),
            new Event.TasksGenerated("mylang", 17, 3, 1, 4, 12),
            new Event.TaskReset("mylang", 17, 3),
            new Event.RunOutcomeKnown("mylang", 17, Outcome.FAILURE),
            new Event.RunFinished("mylang", 17, Outcome.FAILURE),
            new Event.RunCancelled("mylang", 17, "not wanted"),
            new Event.RunReopened("mylang", 17),
            new Event.RunForgotten("mylang", 17),
            new Event.WorkersReported(List.of(WORKER)),
            new Event.WorkersChanged(List.of(WORKER, GATEWAY_WORKER), List.of("5f2c9a0d")),
            new Event.WorkersRetold("5f2c9a0d", "77aa01", List.of(WORKER, GATEWAY_WORKER)),
            new Event.RequirementUnmet(REQUIREMENT, "no worker has arch=s390x"),
            new Event.RequirementMet(REQUIREMENT),
            new Event.Paused(new Pause(PauseScope.project("mylang"), "disk full", "ann", 1_700_000_000_000L)),
            new Event.Resumed(PauseScope.worker("build7"), "ann"),
            new Event.RequestAnswered(
                    "r2", "mylang", 17, Rejection.ALREADY_FINISHED, "mylang#17 has ended already", List.of(17, 18)));

    static final Map<String, Control> CONTROLS = byName(new Control.StopClaim(CLAIM, "cancelled"));

    static final Map<String, AccessRecord> ACCESS = byName(
            new AccessRecord.CreateToken(
                    "7ac3",
                    Role.WORKER,
                    "board",
                    new TreeMap<>(Map.of("trust", "fleet")),
                    new TreeSet<>(List.of("quiet")),
                    1_700_000_086_400_000L,
                    7_776_000_000L,
                    "anna"),
            new AccessRecord.Enrol(
                    "7ac3",
                    "91f0",
                    "board",
                    new AccessRecord.Machine(
                            "0123456789abcdef", Attributes.of(Map.of("os", "linux", "arch", "s390x"), "quiet"))),
            new AccessRecord.AddKey("d1d5", Role.OPERATOR, "operator.key"),
            new AccessRecord.RemoveToken("7ac3", "anna"),
            new AccessRecord.RemoveKey("91f0", "anna"));

    static final ReadyTask READY_TASK = new ReadyTask(
            99,
            "mylang",
            17,
            3,
            1,
            "0123456789abcdef",
            TASK.name(),
            TASK.matrix(),
            REQUIREMENT,
            Priority.LOW,
            Start.OPTIMISTIC,
            3_600_000,
            1_700_000_000_000L,
            SOURCE,
            ACTION,
            "cd".repeat(32),
            List.of("ab".repeat(32)));

    static final Tombstone CLAIMED = new Tombstone(99, 1, CLAIM, null);
    static final Tombstone WITHDRAWN = new Tombstone(99, 1, null, "cancelled");
    static final WorkerInfo WORKER_INFO = WORKER;
    static final WorkerInfo WORKER_INFO_OF_GATEWAY = GATEWAY_WORKER;

    private Samples() {}

    private static Map<String, String> matrix() {
        var matrix = new LinkedHashMap<String, String>();
        matrix.put("platform", "linux-s390x");
        matrix.put("shard", "1");
        return matrix;
    }

    @SafeVarargs
    private static <T> Map<String, T> byName(T... records) {
        var samples = new LinkedHashMap<String, T>();
        for (var sample : records) {
            samples.put(sample.getClass().getSimpleName(), sample);
        }
        return samples;
    }
}
