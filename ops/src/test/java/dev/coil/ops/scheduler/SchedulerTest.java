package dev.coil.ops.scheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.coil.protocol.command.Command;
import dev.coil.protocol.event.Event;
import dev.coil.protocol.event.EventRecord;
import dev.coil.protocol.graph.Action;
import dev.coil.protocol.graph.Source;
import dev.coil.protocol.graph.TaskSpec;
import dev.coil.protocol.log.CommandLog;
import dev.coil.protocol.log.EventTail;
import dev.coil.protocol.log.KafkaSettings;
import dev.coil.protocol.tuple.Requirement;
import dev.coil.scheduler.Scheduler;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

/** The scheduler on a real broker: restarts, lost stores, overlapping owners, several partitions. */
class SchedulerTest extends SchedulerFixture {

    private final List<EventRecord> events = new CopyOnWriteArrayList<>();

    private Scheduler start(String name) {
        var scheduler = scheduler(name);
        scheduler.start();
        return scheduler;
    }

    private void submit(String project, String id, int tasks) throws Exception {
        var specs = new ArrayList<TaskSpec>();
        for (int i = 0; i < tasks; i++) {
            specs.add(TaskSpec.simple(
                    "t" + i, i < 10 ? List.of() : List.of(i - 10, i - 5), Requirement.ANY, Action.script("true")));
        }
        try (var commands = new CommandLog(settings)) {
            commands.append(new Command.StageTasks(project, id, 0, specs));
            commands.append(new Command.SubmitRun("r-" + id, project, id, Source.none(), tasks, false, "test", null))
                    .get();
        }
    }

    private long finished() {
        return events.stream()
                .filter(e -> e.event() instanceof Event.TaskFinished)
                .count();
    }

    /** How many events there are of what happened to runs. */
    private long told() {
        return events.stream()
                .filter(e ->
                        !(e.event() instanceof Event.WorkersChanged) && !(e.event() instanceof Event.WorkersRetold))
                .count();
    }

    private long runsFinished() {
        return events.stream()
                .filter(e -> e.event() instanceof Event.RunFinished)
                .count();
    }

    @Test
    void shouldGoOnWhereItWasAfterARestart() throws Exception {
        var first = start("one");
        try (var tail = new EventTail(settings, EventTail.Start.BEGINNING, "tail", events::addAll);
                var worker = new ScriptedWorker(settings, "w")) {
            submit("p", "a", 400);
            await().atMost(PATIENCE).until(() -> finished() > 50);
            worker.pause(true);
            first.close();
            worker.pause(false);

            try (var second = start("one")) {
                await().atMost(PATIENCE).until(() -> runsFinished() == 1);
                assertThat(second.statuses()).hasSize(3);
            }
            assertThat(finished()).isEqualTo(400);
            assertThat(tail.failure()).isNull();
        }
    }

    @Test
    void shouldRebuildALostStoreFromTheLogWithoutTellingAnythingTwice() throws Exception {
        try (var tail = new EventTail(prepared(), EventTail.Start.BEGINNING, "tail", events::addAll);
                var worker = new ScriptedWorker(settings, "w")) {
            try (var first = start("one")) {
                submit("p", "a", 200);
                await().atMost(PATIENCE).until(() -> runsFinished() == 1);
                assertThat(first.storeBytesWritten()).isPositive();
            }
            long before = told();
            delete(directory.resolve("one"));

            try (var second = start("one")) {
                assertThat(told()).isEqualTo(before);
                submit("p", "b", 20);
                await().atMost(PATIENCE).until(() -> runsFinished() == 2);
                assertThat(second.statuses()).allMatch(status -> status.isLive());
            }
            assertThat(finished()).isEqualTo(220);
            assertThat(tail.failure()).isNull();
            worker.pause(false);
        }
    }

    @Test
    void shouldGiveWayToAnotherOwnerWithoutLosingOrDoublingAnything() throws Exception {
        var zombie = start("one");
        try (var tail = new EventTail(settings, EventTail.Start.BEGINNING, "tail", events::addAll);
                var worker = new ScriptedWorker(settings, "w")) {
            submit("p", "a", 500);
            await().atMost(PATIENCE).until(() -> finished() > 20);

            try (var next = start("two")) {
                submit("q", "b", 100);
                await().atMost(PATIENCE).until(() -> runsFinished() == 2);
                assertThat(next.statuses()).allMatch(status -> status.isLive());
            }
            assertThat(finished()).isEqualTo(600);
            assertThat(tail.failure()).isNull();
            worker.pause(false);
        } finally {
            zombie.close();
        }
    }

    private KafkaSettings prepared() {
        try (var admin = settings.admin()) {
            dev.coil.protocol.log.Topics.createFixed(admin, settings);
        }
        return settings;
    }

    private static void delete(Path tree) throws Exception {
        try (var files = Files.walk(tree)) {
            for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
