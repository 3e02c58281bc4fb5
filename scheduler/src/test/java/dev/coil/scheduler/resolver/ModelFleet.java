package dev.coil.scheduler.resolver;

import static dev.coil.scheduler.resolver.History.require;

import dev.coil.protocol.command.Command;
import dev.coil.protocol.graph.Outcome;
import dev.coil.protocol.graph.Source;
import dev.coil.protocol.graph.TaskSpec;
import dev.coil.protocol.space.ReadyTask;
import dev.coil.protocol.tuple.Attributes;
import dev.coil.protocol.tuple.WorkerInfo;
import dev.coil.scheduler.state.Table;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A whole installation, by one seed: an owner and those who were it before, with their disks; workers that behave; ZooKeeper between
 * them; a broker. What goes wrong is done to it from outside: {@link FleetTest}.
 */
final class ModelFleet {

    static final long TICK_MILLIS = 250;

    private static final long LONGEST_MILLIS = 10_000;

    /** How many smallest steps an owner takes in a tick. */
    private static final int STEPS = 60;

    final Random random;
    final ModelLogs logs = new ModelLogs();
    final ModelKeeper keeper = new ModelKeeper();
    final List<ModelWorker> workers = new ArrayList<>();
    final Map<String, List<TaskSpec>> submissions = new HashMap<>();

    /** How many times longer the tasks of a project take. */
    final Map<String, Integer> slowness = new HashMap<>();

    /** By a clock that only goes forward, in milliseconds. */
    long now = 10_000;

    /** What the broker's clock is ahead of it. */
    long skew;

    /** An owner's process, and when it goes on after it was paused. */
    private static final class Process {
        final ModelOwner owner;
        final ModelUpkeep upkeep;
        long pausedUntil;

        Process(ModelOwner owner, ModelUpkeep upkeep) {
            this.owner = owner;
            this.upkeep = upkeep;
        }
    }

    private @Nullable Process current;
    private final List<Process> former = new ArrayList<>();
    private final BiConsumer<ModelWorker, ReadyTask> atStart;
    private int store;
    private long ownedFrom;
    private int owners;
    private long nonce;

    /** @param atStart is told of each task that a worker starts */
    ModelFleet(long seed, BiConsumer<ModelWorker, ReadyTask> atStart) {
        random = new Random(seed);
        this.atStart = atStart;
    }

    void addWorker(int slots, int cpus, int memory) {
        var facts = Map.of("os", "linux", "arch", "x86_64", "cpus", "" + cpus, "memory", "" + memory);
        var name = "w" + workers.size();
        workers.add(new ModelWorker(
                this, new WorkerInfo(name, "id-" + name, "", Attributes.of(facts), slots, "test", now, false)));
    }

    long nextNonce() {
        return ++nonce;
    }

    void submit(String project, List<TaskSpec> tasks) {
        var id = "run" + (submissions.size() + 1);
        submissions.put(id, tasks);
        logs.append(new Command.StageTasks(project, id, 0, tasks));
        logs.append(new Command.SubmitRun("req", project, id, Source.none(), tasks.size(), false, "me", null));
    }

    /** How long a task runs. */
    long millisOf(ReadyTask task) {
        return (500 + hash(task) % LONGEST_MILLIS) * slowness.getOrDefault(task.project(), 1);
    }

    Outcome outcomeOf(ReadyTask task) {
        return switch ((int) (hash(task) % 20)) {
            case 0, 1 -> Outcome.FAILURE;
            case 2 -> Outcome.ERROR;
            default -> Outcome.SUCCESS;
        };
    }

    private static long hash(ReadyTask task) {
        return new Random(task.ref().hashCode() * 31L + task.attempt()).nextInt(1_000_000);
    }

    void started(ModelWorker worker, ReadyTask task) {
        atStart.accept(worker, task);
    }

    void tick() {
        now += TICK_MILLIS;
        logs.now = now + skew;
        keeper.tick(now);
        own();
        workers.forEach(ModelWorker::tick);
        workers.forEach(ModelFleet::checkReserved);
    }

    private void own() {
        if (current != null && current.owner.hasEnded()) {
            current = null;
            ownedFrom = now + random.nextInt(3_000);
        }
        if (current == null && now >= ownedFrom) {
            var owner = new ModelOwner(logs, store, "owner" + ++owners);
            current = new Process(owner, new ModelUpkeep(this, owner));
        }
        former.removeIf(process -> process.owner.hasEnded());
        former.forEach(this::run);
        if (current != null) {
            run(current);
        }
    }

    private void run(Process process) {
        if (now < process.pausedUntil) {
            return;
        }
        if (process.pausedUntil > 0) {
            process.pausedUntil = 0;
            process.upkeep.awoke();
        }
        for (int n = 0; n < STEPS; n++) {
            process.owner.step(random);
        }
        if (process.owner.isLive()) {
            process.upkeep.run();
        }
    }

    /** The owner's process is killed, or its machine, and another one follows it: on the same one, or with another store. */
    void killOwner(boolean machine, boolean moves) {
        if (current != null) {
            if (machine) {
                logs.kill(store);
            }
            follow(moves ? 1 - store : store);
        }
    }

    /** The owner's process stands still for so long; if that is long enough, another one follows it meanwhile, which it does not know. */
    void pauseOwner(long millis, boolean followed) {
        if (current != null) {
            current.pausedUntil = now + millis;
            if (followed) {
                former.add(current);
                follow(1 - store);
            }
        }
    }

    private void follow(int next) {
        current = null;
        store = next;
        ownedFrom = now + 500 + random.nextInt(3_000);
        former.stream()
                .filter(process -> process.owner.store == next)
                .findAny()
                .ifPresent(process -> former.remove(process));
    }

    /** The owner's disk is full. */
    void fillDisk() {
        logs.full.add(store);
    }

    private static void checkReserved(ModelWorker worker) {
        var running = worker.running();
        var machine = worker.machine();
        long cpus = 0;
        long memory = 0;
        boolean exclusive = false;
        for (var task : running) {
            var wants = task.action().resources();
            cpus += wants.cpus() == null ? 0 : wants.cpus();
            memory += wants.memory() == null ? 0 : wants.memory();
            exclusive |= wants.exclusive();
        }
        require(running.size() <= machine.slots(), "%s runs %s", worker.name(), running);
        require(cpus <= Long.parseLong(machine.attributes().fact("cpus")), "%s has not %s cpus", worker.name(), cpus);
        require(
                memory <= Long.parseLong(machine.attributes().fact("memory")),
                "%s has not %s bytes",
                worker.name(),
                memory);
        require(!exclusive || running.size() == 1, "%s is shared by %s", worker.name(), running);
    }

    /** Whether every run has ended, as far as the owner knows, and it knows all. */
    boolean isSettled() {
        if (current == null || !current.owner.isIdle() || !current.owner.isLive()) {
            return false;
        }
        boolean[] open = {false};
        current.owner.state.scan(Table.OPEN_RUNS, new byte[0], (key, one) -> {
            open[0] = true;
            return false;
        });
        return !open[0];
    }

    /** Whether the owner knows exactly those that have a session. */
    boolean knowsWhoIsThere() {
        var picture = keeper.picture();
        return current != null
                && picture.complete()
                && picture.workers()
                        .equals(List.copyOf(ToldWorkers.of(current.owner.state).values()));
    }

    ModelOwner owner() {
        if (current == null) {
            throw new AssertionError("nobody owns the log");
        }
        return current.owner;
    }
}
