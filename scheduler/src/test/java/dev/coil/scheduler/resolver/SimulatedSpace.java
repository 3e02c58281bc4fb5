package dev.coil.scheduler.resolver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.coil.protocol.command.Command;
import dev.coil.scheduler.state.Keys;
import dev.coil.scheduler.state.LowWater;
import dev.coil.scheduler.state.Table;
import dev.coil.scheduler.state.TaskStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * The space, those who use it, and all that can go wrong between them, by one seed. Commands come late, twice or in another order;
 * views lag behind; owners and workers come and go; clocks step. The {@link Witness} looks at every step.
 */
final class SimulatedSpace {

    private final Random random;
    final SimulatedLog log;
    final SimulatedUsers users;
    private final SimulatedWorkers workers;
    private final List<Command> underway = new ArrayList<>();
    private final List<Command> delivered = new ArrayList<>();

    SimulatedSpace(long seed) {
        random = new Random(seed);
        log = new SimulatedLog(random, List.of(1, 3, 10, Progress.STEPS).get(random.nextInt(4)));
        users = new SimulatedUsers(random, log, underway::add);
        workers = new SimulatedWorkers(random, log, underway::add);
        log.append(new Command.StartEpoch("first"));
        workers.reportWorkers();
        users.submit();
    }

    void step() {
        log.now += random.nextInt(200) == 0 ? 7_200_000 : random.nextInt(500);
        switch (random.nextInt(27)) {
            case 0 -> log.restart();
            case 1 -> workers.lose();
            case 2 -> users.cancel();
            case 3 -> users.retry();
            case 4 -> log.fireTimers();
            case 5 -> users.submit();
            case 6 -> workers.abandon();
            case 7 -> startEpoch();
            case 8 -> workers.reportWorkers();
            case 9, 10, 11, 12, 13, 14 -> workers.claim();
            case 15, 16, 17, 18 -> workers.finish();
            case 19 -> users.pause(workers.worker());
            case 20 -> users.cancelRef();
            case 21 -> users.forget();
            default -> {}
        }
        for (int n = random.nextInt(4); n > 0 && !underway.isEmpty(); n--) {
            deliver();
        }
        if (log.isUnderway() && random.nextInt(3) > 0) {
            log.goOn();
        }
        workers.catchUp();
    }

    private void startEpoch() {
        if (random.nextInt(3) == 0) {
            log.startEpoch("another");
        }
    }

    /** Most commands come in order; some overtake others, come twice, or come long after. */
    private void deliver() {
        int which = random.nextInt(4) == 0 ? random.nextInt(underway.size()) : 0;
        var command = underway.get(which);
        if (random.nextInt(12) > 0) {
            underway.remove(which);
        }
        delivered.add(command);
        log.append(command);
        if (random.nextInt(15) == 0) {
            log.append(delivered.get(random.nextInt(delivered.size())));
        }
    }

    /** From now on everybody behaves: what was underway arrives, what is paused is resumed, workers take what is ready and end it well, timers fire. */
    void settle() {
        while (!underway.isEmpty()) {
            log.append(underway.remove(0));
        }
        log.witness.paused().forEach(scope -> log.append(new Command.Resume("req", scope, "me")));
        log.startEpoch("last");
        workers.reportGood();
        for (int round = 0; round < 3_000 && (log.witness.openRuns() > 0 || log.isUnderway()); round++) {
            log.now += 40_000;
            log.goOnToTheEnd();
            log.fireTimers();
            workers.runWell();
            for (var held : log.holders()) {
                log.append(new Command.LoseWorker(log.epoch(), held, "the worker was lost"));
            }
        }
        users.dropAbandoned();
    }

    /** The tasks that have not ended. */
    private String open() {
        var open = new StringBuilder();
        log.state.scan(Table.TASKS, new byte[0], (key, task) -> {
            if (task.status() != TaskStatus.FINISHED) {
                open.append("\n  ")
                        .append(log.state.get(Table.RUN_INFOS, Keys.number(Keys.serial(key))))
                        .append(' ')
                        .append(Keys.last(key))
                        .append(' ')
                        .append(task)
                        .append(' ')
                        .append(log.state.get(Table.SPECS, key));
            }
            return true;
        });
        return open.toString();
    }

    /** Every run has ended, and nothing is held for it any more. */
    void checkSettled() {
        log.checkState();
        if (log.witness.openRuns() > 0) {
            throw new AssertionError(log.witness.openRuns() + " runs never end: " + open());
        }
        for (var table : List.of(
                Table.OUTSTANDING,
                Table.QUEUE,
                Table.PAUSES,
                Table.OPEN_RUNS,
                Table.CLAIMS,
                Table.TIMERS,
                Table.ROOTS,
                Table.CURSORS,
                Table.PLACES,
                Table.IN_LINE,
                Table.STAGINGS,
                Table.STAGED_PARTS)) {
            log.state.scan(table, new byte[0], (key, value) -> {
                throw new AssertionError("left in table " + table.number() + ": " + value);
            });
        }
    }

    void forgetAll() {
        users.forgetAll();
    }

    /** Nothing of any run is left in whatever table, but for what is of projects, workers and classes. */
    void checkForgotten() {
        log.append(new Command.TellAgain(log.epoch()));
        log.checkState();
        assertThat(LowWater.of(log.state)).isPositive();
        assertThat(log.state.tables()).isSubsetOf(Fold.OF_NO_RUN);
    }
}
