package dev.coil.scheduler.resolver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.coil.protocol.command.Command;
import dev.coil.protocol.event.Event;
import dev.coil.protocol.graph.AttemptResult;
import dev.coil.protocol.graph.Concurrency;
import dev.coil.protocol.graph.Outcome;
import dev.coil.protocol.graph.TaskRef;
import dev.coil.protocol.graph.TaskSpec;
import dev.coil.protocol.space.ClaimId;
import dev.coil.protocol.space.ReadyTask;
import dev.coil.scheduler.state.Table;
import dev.coil.scheduler.state.Timer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Random graphs under random claims, losses, cancels, retries, timers and restarts. The seed is the test's parameter. */
class ResolverSimulationTest {

    private static final int STEPS = 400;
    private static final int GROUP_MAX = 2;

    static List<Long> seeds() {
        var chosen = Long.getLong("coil.seed");
        return chosen != null
                ? List.of(chosen)
                : new Random(20_261_121).longs(300).boxed().toList();
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void shouldLoseNothingAndAcceptNothingTwice(long seed) {
        var world = new World(seed);
        world.start();
        for (int step = 0; step < STEPS; step++) {
            world.step();
            world.check();
        }
        world.settle();
        world.checkEnded();
        world.checkReplay();
    }

    private static final class World {
        private final Random random;
        private final Fold fold = new Fold();
        private final List<Command.ClaimTask> claims = new ArrayList<>();
        private final List<Command> sent = new ArrayList<>();
        private final List<List<TaskSpec>> runs = new ArrayList<>();
        private int incarnation = 3;
        private long nonce = 1_000_000;

        World(long seed) {
            random = new Random(seed);
        }

        void start() {
            fold.workers(Fold.worker("w0", 1 + random.nextInt(4)), Fold.worker("w1", 2));
            submit();
        }

        private void submit() {
            var tasks = new ArrayList<TaskSpec>();
            int size = 1 + random.nextInt(30);
            for (int i = 0; i < size; i++) {
                var needs = new TreeSet<Integer>();
                for (int n = random.nextInt(4); i > 0 && n > 0; n--) {
                    needs.add(random.nextInt(i));
                }
                var task = Fold.task("t" + i, needs.toArray(new Integer[0]));
                task = switch (random.nextInt(12)) {
                    case 0 -> Fold.allowed(task);
                    case 1 -> Fold.timed(task, 1_000, 0);
                    case 2 -> Fold.timed(task, 0, 2_000);
                    case 3 ->
                        Fold.when(
                                task,
                                List.of("always()", "failure()", "success()").get(random.nextInt(3)));
                    case 4 -> Fold.trying(task, random.nextInt(3), random.nextInt(2), random.nextInt(3));
                    case 5, 6 -> Fold.grouped(task, "g", GROUP_MAX, random.nextInt(5) == 0);
                    default -> task;
                };
                tasks.add(task);
            }
            runs.add(tasks);
            fold.group = random.nextInt(3) == 0 ? new Concurrency("runs", 1, random.nextInt(3) == 0) : null;
            fold.submit("run" + runs.size(), random.nextInt(4) == 0, tasks);
        }

        void step() {
            fold.now += random.nextInt(500);
            switch (random.nextInt(20)) {
                case 0 -> fold.restart();
                case 1 -> lose();
                case 2 -> cancel();
                case 3 -> retry();
                case 4 -> fireTimers();
                case 5 -> repeat();
                case 6 -> {
                    if (runs.size() < 4) {
                        submit();
                    }
                }
                case 7 -> abandon();
                case 8 -> fold.append(new Command.StartEpoch("owner" + random.nextInt(3)));
                case 9, 10, 11, 12, 13 -> claim();
                default -> finish();
            }
        }

        private ReadyTask anyReady() {
            var ready = List.copyOf(fold.space.values());
            return ready.isEmpty() ? null : ready.get(random.nextInt(ready.size()));
        }

        private void send(Command command) {
            sent.add(command);
            fold.append(command);
        }

        private void claim() {
            var ready = anyReady();
            if (ready == null) {
                return;
            }
            for (int claimants = 1 + random.nextInt(2); claimants > 0; claimants--) {
                var worker = "w" + random.nextInt(incarnation);
                var claim = new Command.ClaimTask(
                        "p", ready.run(), ready.task(), ready.attempt(), new ClaimId(worker, ++nonce), worker);
                claims.add(claim);
                send(claim);
            }
        }

        private void finish() {
            if (claims.isEmpty()) {
                return;
            }
            var claim = claims.get(random.nextInt(claims.size()));
            var outcome =
                    switch (random.nextInt(10)) {
                        case 0 -> Outcome.FAILURE;
                        case 1 -> Outcome.ERROR;
                        case 2 -> Outcome.TIMEOUT;
                        default -> Outcome.SUCCESS;
                    };
            finish(claim, outcome);
        }

        private void finish(Command.ClaimTask claim, Outcome outcome) {
            send(new Command.FinishTask(
                    "p",
                    claim.run(),
                    claim.task(),
                    claim.attempt(),
                    claim.claim(),
                    AttemptResult.of(outcome, outcome == Outcome.SUCCESS ? 0 : 1, fold.now, fold.now)));
        }

        private void abandon() {
            if (!claims.isEmpty()) {
                var claim = claims.get(random.nextInt(claims.size()));
                send(new Command.AbandonClaim(
                        "p", claim.run(), claim.task(), claim.attempt(), claim.claim(), "draining"));
            }
        }

        private void repeat() {
            if (!sent.isEmpty()) {
                fold.append(sent.get(random.nextInt(sent.size())));
            }
        }

        private void lose() {
            send(new Command.LoseWorker(fold.epoch(), "w" + random.nextInt(incarnation), "the worker was lost"));
            incarnation++;
        }

        private void cancel() {
            int run = 1 + random.nextInt(runs.size());
            Integer task =
                    random.nextBoolean() ? random.nextInt(runs.get(run - 1).size()) : null;
            if (random.nextInt(3) == 0) {
                send(new Command.CancelRun("c", "p", run, task, "enough"));
            }
        }

        private void retry() {
            int run = 1 + random.nextInt(runs.size());
            Integer task =
                    random.nextBoolean() ? random.nextInt(runs.get(run - 1).size()) : null;
            send(new Command.RetryRun("r", "p", run, task));
        }

        private void fireTimers() {
            var timers = new ArrayList<Timer>();
            fold.state.scan(Table.TIMERS, new byte[0], (key, due) -> timers.add(Timer.ofKey(key)));
            timers.forEach(timer -> fold.append(new Command.FireTimer(fold.epoch(), timer.id())));
        }

        /** From now on everybody behaves: workers take what is ready and end it well, timers fire. */
        void settle() {
            for (int round = 0; round < 2_000 && open(); round++) {
                fold.now += 100_000;
                fireTimers();
                var ready = anyReady();
                if (ready != null) {
                    var claim = new Command.ClaimTask(
                            "p", ready.run(), ready.task(), ready.attempt(), new ClaimId("good", ++nonce), "good");
                    fold.append(claim);
                    finish(claim, Outcome.SUCCESS);
                }
                for (var held : List.copyOf(fold.resolver.heldClaims().keySet())) {
                    fold.append(new Command.LoseWorker(fold.epoch(), held, "the worker was lost"));
                }
            }
        }

        private boolean open() {
            var finished = new HashSet<Integer>();
            for (var event : fold.events) {
                if (event instanceof Event.RunFinished end) {
                    finished.add(end.run());
                } else if (event instanceof Event.RunReopened again) {
                    finished.remove(again.run());
                }
            }
            return finished.size() < runs.size();
        }

        void check() {
            for (int i = 0; i < fold.seqs.size(); i++) {
                assertThat(fold.seqs.get(i)).isEqualTo(i + 1L);
            }
            Map<TaskRef, Integer> running = new HashMap<>();
            Set<TaskRef> ended = new HashSet<>();
            for (var event : fold.events) {
                if (event instanceof Event.TaskClaimed claimed) {
                    var ref = new TaskRef("p", claimed.run(), claimed.task());
                    assertThat(running.put(ref, claimed.attempt()))
                            .as("%s claimed while claimed", ref)
                            .isNull();
                    assertThat(running.keySet().stream().filter(this::isGrouped).count())
                            .as("tasks of the group that run at once")
                            .isLessThanOrEqualTo(GROUP_MAX);
                    for (var need :
                            runs.get(claimed.run() - 1).get(claimed.task()).needs()) {
                        assertThat(ended.contains(new TaskRef("p", claimed.run(), need.task()))
                                        || wasRetried(claimed.run(), need.task()))
                                .as("%s started before its need %s", ref, need.task())
                                .isTrue();
                    }
                } else if (event instanceof Event.AttemptEnded end) {
                    running.remove(new TaskRef("p", end.run(), end.task()));
                } else if (event instanceof Event.TaskFinished end) {
                    var ref = new TaskRef("p", end.run(), end.task());
                    running.remove(ref);
                    assertThat(ended.add(ref)).as("%s ended twice", ref).isTrue();
                } else if (event instanceof Event.TaskReset reset) {
                    ended.remove(new TaskRef("p", reset.run(), reset.task()));
                }
            }
        }

        private boolean isGrouped(TaskRef task) {
            return runs.get(task.run() - 1).get(task.task()).concurrency() != null;
        }

        private boolean wasRetried(int run, int task) {
            return fold.events.stream()
                    .anyMatch(e -> e instanceof Event.TaskReset reset && reset.run() == run && reset.task() == task);
        }

        void checkEnded() {
            assertThat(open())
                    .as("runs that never end; in the space: %s", fold.space.keySet())
                    .isFalse();
            for (var table :
                    List.of(Table.OUTSTANDING, Table.CLAIMS, Table.TIMERS, Table.ROOTS, Table.PLACES, Table.IN_LINE)) {
                fold.state.scan(table, new byte[0], (key, value) -> {
                    throw new AssertionError("left in table " + table.number() + ": " + value);
                });
            }
            assertThat(fold.space).isEmpty();
        }

        void checkReplay() {
            var again = new MemoryState();
            var resolver = new Resolver(again);
            var other = new Random(7);
            for (int offset = 0; offset < fold.log.size(); offset++) {
                if (other.nextInt(10) == 0) {
                    resolver = new Resolver(again);
                }
                var entry = fold.log.get(offset);
                resolver.apply(again, entry.command(), offset, entry.at());
            }
            assertThat(again.dump()).isEqualTo(fold.state.dump());
        }
    }
}
