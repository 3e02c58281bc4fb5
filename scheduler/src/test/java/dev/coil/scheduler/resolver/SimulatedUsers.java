package dev.coil.scheduler.resolver;

import dev.coil.protocol.command.Command;
import dev.coil.protocol.graph.Concurrency;
import dev.coil.protocol.graph.Source;
import dev.coil.protocol.pause.PauseScope;
import dev.coil.protocol.tuple.Requirement;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;

/** Those who submit, cancel, retry and pause, and the owner that forgets, by chance. */
final class SimulatedUsers {

    static final int MOST_RUNS = 5;

    private final Random random;
    private final SimulatedLog log;
    private final Consumer<Command> send;
    private int leftBehind;

    /** @param send takes what comes to the log some time later, or twice */
    SimulatedUsers(Random random, SimulatedLog log, Consumer<Command> send) {
        this.random = random;
        this.log = log;
        this.send = send;
    }

    void submit() {
        int number = log.submissions.size() + 1;
        if (number > MOST_RUNS) {
            return;
        }
        var project = random.nextInt(3) == 0 ? "q" : "p";
        int size = 1 + random.nextInt(random.nextInt(3) == 0 ? 90 : 20);
        var tasks = new RandomTasks(random).list(size);
        var id = "run" + number;
        log.submissions.put(id, tasks);
        for (int first = 0; first < size; first += 40) {
            log.append(new Command.StageTasks(project, id, first, tasks.subList(first, Math.min(first + 40, size))));
        }
        var group = random.nextInt(3) == 0 ? new Concurrency("runs", 1, random.nextInt(3) == 0) : null;
        log.append(new Command.SubmitRun("req", project, id, source(), size, random.nextInt(4) == 0, "me", group));
        if (random.nextInt(4) == 0) {
            send.accept(log.last());
        }
    }

    private Source source() {
        var ref = random.nextBoolean() ? "refs/heads/main" : "refs/heads/b";
        return new Source(null, ref, "push", null, "", "", List.of());
    }

    /** An owner forgets what is old, or a former one what it took for old. */
    void forget() {
        long epoch = random.nextInt(4) == 0 ? 0 : log.epoch();
        switch (random.nextInt(7)) {
            case 4 -> log.append(new Command.TellAgain(epoch));
            case 0, 1 -> log.append(new Command.ForgetRun(epoch, anyProject(), 1 + random.nextInt(MOST_RUNS)));
            case 2 -> log.append(new Command.DropSubmission(epoch, anySubmission()));
            case 3 -> {
                var tasks = new RandomTasks(random).list(1 + random.nextInt(20));
                log.append(new Command.StageTasks(anyProject(), "left" + ++leftBehind, 0, tasks));
            }
            default -> {}
        }
    }

    private String anySubmission() {
        return leftBehind == 0 || random.nextBoolean()
                ? "run" + (1 + random.nextInt(MOST_RUNS))
                : "left" + (1 + random.nextInt(leftBehind));
    }

    private String anyProject() {
        return random.nextInt(3) == 0 ? "q" : "p";
    }

    void cancel() {
        if (random.nextInt(3) == 0) {
            send.accept(new Command.CancelRun("req", anyProject(), 1 + random.nextInt(MOST_RUNS), anyTask(), "enough"));
        }
    }

    void cancelRef() {
        if (random.nextInt(6) == 0) {
            send.accept(new Command.CancelRef(
                    "req", anyProject(), random.nextBoolean() ? "main" : "refs/heads/b", "enough"));
        }
    }

    /** More is resumed than paused, so that the simulation is not one of standing still. */
    void pause(String worker) {
        var paused = log.witness.paused();
        if (!paused.isEmpty() && random.nextInt(3) > 0) {
            send.accept(new Command.Resume("req", paused.get(random.nextInt(paused.size())), "me"));
        } else {
            var scope = anyScope(worker);
            send.accept(
                    random.nextInt(5) == 0
                            ? new Command.Resume("req", scope, "me")
                            : new Command.Pause("req", scope, "reason " + random.nextInt(2), "me"));
        }
    }

    private PauseScope anyScope(String worker) {
        return switch (random.nextInt(6)) {
            case 0 -> PauseScope.of(Requirement.ANY);
            case 1 -> PauseScope.of(Requirement.parse("arch=s390x"));
            case 2 -> PauseScope.of(Requirement.parse("arch=x86_64 os=linux"));
            case 3 -> PauseScope.project(anyProject());
            default -> PauseScope.worker(worker);
        };
    }

    void retry() {
        send.accept(new Command.RetryRun(
                "req", anyProject(), 1 + random.nextInt(MOST_RUNS), anyTask(), random.nextInt(3) == 0));
    }

    private Integer anyTask() {
        return random.nextBoolean() ? random.nextInt(random.nextBoolean() ? 6 : 40) : null;
    }

    /** What never became a run is dropped. */
    void dropAbandoned() {
        log.now += 21_600_000;
        for (int left = 1; left <= leftBehind; left++) {
            log.append(new Command.DropSubmission(log.epoch(), "left" + left));
        }
        log.goOnToTheEnd();
    }

    /** The owner forgets everything, and later the ids of what it has forgotten. */
    void forgetAll() {
        for (int run = 1; run <= MOST_RUNS; run++) {
            log.append(new Command.ForgetRun(log.epoch(), "p", run));
            log.append(new Command.ForgetRun(log.epoch(), "q", run));
        }
        log.goOnToTheEnd();
        log.now += 8 * 86_400_000L;
        log.append(new Command.ForgetRun(log.epoch(), "p", MOST_RUNS + 1));
    }
}
