package dev.coil.ops.scheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.coil.ops.worker.CuttableProxy;
import dev.coil.protocol.event.Event;
import dev.coil.protocol.graph.Action;
import dev.coil.protocol.graph.Outcome;
import dev.coil.protocol.graph.TaskSpec;
import dev.coil.protocol.tuple.Requirement;
import dev.coil.scheduler.Scheduler;
import dev.coil.scheduler.SchedulerConfig;
import dev.coil.worker.Worker;
import dev.coil.worker.WorkerConfig;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** ZooKeeper is away: at the start, from the scheduler alone, from everybody. Nothing is lost, and nobody is given up for what cannot be seen. */
@Timeout(180)
class ZooKeeperAwayTest extends SchedulerFixture {

    /** Longer than a session and the grace behind it. */
    private static final Duration AWAY = Duration.ofSeconds(14);

    private final List<Worker> workers = new ArrayList<>();
    private CuttableProxy ofScheduler;
    private CuttableProxy ofWorkers;
    private Scheduler scheduler;
    private Told told;

    @BeforeEach
    void makeNetwork() throws IOException {
        int port = Integer.parseInt(zookeeper().replaceFirst(".*:", ""));
        ofScheduler = new CuttableProxy(port);
        ofWorkers = new CuttableProxy(port);
    }

    /** Whoever has seen ZooKeeper once knows something, so it is cut off before. */
    private void startScheduler() {
        scheduler = new Scheduler(
                new SchedulerConfig(settings, ofScheduler.address(), directory.resolve("one"), "one", true));
        told = new Told(settings);
        scheduler.start();
    }

    @AfterEach
    void stop() throws Exception {
        workers.forEach(Worker::close);
        told.close();
        scheduler.close();
        ofWorkers.close();
        ofScheduler.close();
    }

    private void startWorkers() throws Exception {
        for (var name : List.of("w1", "w2")) {
            var worker = new Worker(new WorkerConfig(
                    settings, ofWorkers.address(), directory.resolve(name), name, 1, Set.of(), Map.of(), null));
            workers.add(worker);
            worker.start();
        }
    }

    private void submit(String script, int tasks) throws Exception {
        var specs = new ArrayList<TaskSpec>();
        for (int i = 0; i < tasks; i++) {
            specs.add(TaskSpec.simple("t" + i, List.of(), Requirement.ANY, Action.script(script)));
        }
        told.submit("p", "0011223344556677", specs);
    }

    private void expectSuccessOf(int tasks) {
        await().atMost(Duration.ofSeconds(90))
                .until(() -> !told.seen(Event.RunFinished.class).isEmpty());
        assertThat(told.seen(Event.TaskFinished.class))
                .hasSize(tasks)
                .allMatch(task -> task.outcome() == Outcome.SUCCESS);
    }

    private static void pass(Duration time) {
        long end = System.nanoTime() + time.toNanos();
        while (System.nanoTime() < end) {
            LockSupport.parkNanos(end - System.nanoTime());
        }
    }

    @Test
    void shouldStartWithoutItAndLetWorkersRunWhatTheyCan() throws Exception {
        ofScheduler.cut();
        startScheduler();
        startWorkers();

        submit("true", 8);

        expectSuccessOf(8);
        assertThat(told.workers()).isEmpty();
        ofScheduler.heal();
        await().atMost(PATIENCE).until(() -> told.workers().size() == 2);
    }

    @Test
    void shouldGiveUpNobodyWhomTheSchedulerAloneCannotSee() throws Exception {
        startScheduler();
        startWorkers();
        submit("sleep " + (AWAY.toSeconds() + 4), 2);
        await().atMost(PATIENCE).until(() -> told.seen(Event.TaskClaimed.class).size() == 2);

        ofScheduler.cut();
        pass(AWAY);
        ofScheduler.heal();

        expectSuccessOf(2);
        assertThat(told.seen(Event.TaskClaimed.class)).as("attempts").hasSize(2);
    }

    @Test
    void shouldRunAgainWhatWorkersKilledThatCouldNotBeSeen() throws Exception {
        startScheduler();
        startWorkers();
        submit("sleep 4", 6);
        await().atMost(PATIENCE).until(() -> told.seen(Event.TaskClaimed.class).size() == 2);

        ofScheduler.cut();
        ofWorkers.cut();
        pass(AWAY);
        ofScheduler.heal();
        ofWorkers.heal();

        expectSuccessOf(6);
    }
}
