package dev.coil.ops.scheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.coil.protocol.command.Command;
import dev.coil.protocol.event.Event;
import dev.coil.protocol.event.EventRecord;
import dev.coil.protocol.graph.Action;
import dev.coil.protocol.graph.Source;
import dev.coil.protocol.graph.TaskSpec;
import dev.coil.protocol.log.CommandLog;
import dev.coil.protocol.log.EventTail;
import dev.coil.protocol.tuple.Requirement;
import dev.coil.scheduler.Scheduler;
import dev.coil.scheduler.SchedulerConfig;
import dev.coil.scheduler.owner.CheckpointPolicy;
import dev.coil.scheduler.owner.Retention;
import dev.coil.scheduler.resolver.Rules;
import dev.coil.scheduler.resolver.RulesUnknown;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

/** A command log whose rules are switched to a version that no program knows yet, on a real broker. */
class NewerRulesTest extends SchedulerFixture {

    private final List<EventRecord> events = new CopyOnWriteArrayList<>();

    @Test
    void shouldStopAtNewerRulesWithOrWithoutAStoreAndLeaveNothingOutForThem() throws Exception {
        try (var scheduler = scheduler("one")) {
            scheduler.start();
            try (var tail = tail()) {
                submit("before");
                await().atMost(PATIENCE)
                        .untilAsserted(() -> assertThat(created()).containsExactly("before"));
                assertThat(tail.failure()).isNull();
            }
        }
        try (var newer = switching("one")) {
            assertThatThrownBy(() -> outlive(newer)).isInstanceOf(RulesUnknown.class);
        }
        submit("behind");

        for (var name : List.of("one", "one without what was stored")) {
            try (var older = scheduler(name)) {
                assertThatThrownBy(older::start)
                        .isInstanceOf(RulesUnknown.class)
                        .hasMessage("the commands are folded by version " + (Rules.NEWEST + 1)
                                + " of the rules, and this program knows versions up to " + Rules.NEWEST);
            }
        }
        try (var older = scheduler("one")) {
            assertThatThrownBy(() -> older.startWithout(0, 1, "op")).hasMessageContaining("nothing was left out");
        }
        events.clear();
        try (var tail = tail()) {
            tail.awaitCaughtUp();
            assertThat(created()).containsExactly("before");
        }
    }

    private EventTail tail() {
        return new EventTail(settings, EventTail.Start.BEGINNING, "tail", events::addAll);
    }

    private Scheduler switching(String name) {
        return new Scheduler(new SchedulerConfig(
                settings,
                zookeeper(),
                directory.resolve(name),
                name,
                true,
                Retention.STANDARD,
                CheckpointPolicy.STANDARD,
                Rules.NEWEST + 1));
    }

    /** It may end while it starts, or a moment later. */
    private static void outlive(Scheduler scheduler) {
        scheduler.start();
        await().atMost(PATIENCE).until(() -> scheduler.hopeless() != null);
        throw scheduler.hopeless();
    }

    private void submit(String id) throws Exception {
        try (var commands = new CommandLog(settings)) {
            var task = TaskSpec.simple("t", List.of(), Requirement.ANY, Action.script("true"));
            commands.append(new Command.StageTasks("p", id, 0, List.of(task)));
            commands.append(new Command.SubmitRun("r-" + id, "p", id, Source.none(), 1, false, "test", null))
                    .get();
        }
    }

    private List<String> created() {
        return events.stream()
                .map(EventRecord::event)
                .filter(Event.RunCreated.class::isInstance)
                .map(event -> ((Event.RunCreated) event).id())
                .toList();
    }
}
