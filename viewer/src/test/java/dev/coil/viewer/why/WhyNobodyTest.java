package dev.coil.viewer.why;

import static dev.coil.viewer.projection.Events.task;
import static org.assertj.core.api.Assertions.assertThat;

import dev.coil.protocol.event.Event;
import dev.coil.protocol.graph.Priority;
import dev.coil.protocol.pause.PauseScope;
import dev.coil.protocol.tuple.Attributes;
import dev.coil.protocol.tuple.Requirement;
import dev.coil.protocol.tuple.WorkerInfo;
import dev.coil.viewer.why.Reason.Kind;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Why no worker takes a ready task: none could ever, or those that could are away, draining or paused. */
class WhyNobodyTest extends WhyFixture {

    @Test
    void shouldNameWhatTheNearestWorkerLacks() {
        var run = events.run("p", 1, asking("x", "os=linux arch=s390x labels=gpu,quiet", Priority.NORMAL));
        events.ready(run, 0, 1);

        assertThat(why(run, 0).reasons()).containsExactly(new Reason(Kind.NO_WORKER, "no worker is present"));
        workers(worker("z", false));
        assertReasons(why(run, 0))
                .containsExactly(
                        new Reason(
                                Kind.NO_WORKER,
                                "the one worker could never take it: z has no label gpu; 'coil worker run --label gpu' on a machine that has it offers it"));
        workers(
                worker("z", false),
                new WorkerInfo("x", "w", "i", Attributes.of(Map.of("os", "freebsd")), 1, "1", 0, false));
        assertReasons(why(run, 0))
                .containsExactly(
                        new Reason(
                                Kind.NO_WORKER,
                                "none of 2 workers could ever take it; the nearest, z, has no label gpu; 'coil worker run --label gpu' on a machine that has it offers it"));
    }

    @Test
    void shouldSayThatTheWorkersAreDraining() {
        var run = events.run("p", 1, task("x"));
        workers(worker("a", true), worker("b", true));
        events.ready(run, 0, 1);

        assertReasons(why(run, 0))
                .containsExactly(new Reason(Kind.DRAINING, "a, b could take it, but take nothing new: draining"));
    }

    @Test
    void shouldSayWhoDrainedTheWorkerSinceWhenAndWhy() {
        var run = events.run("p", 1, task("x"));
        workers(worker("a", false));
        events.ready(run, 0, 1);
        var pause = pause(PauseScope.worker("a"), "new disk");
        events.tell(new Event.Paused(pause));

        assertReasons(why(run, 0))
                .containsExactly(new Reason(
                        Kind.DRAINING,
                        "a could take it, but takes nothing new: drained by ann since 2023-11-14 22:13 UTC: new disk",
                        List.of(),
                        List.of(),
                        pause,
                        null));
        workers(worker("a", false), worker("b", true));
        assertThat(why(run, 0).reasons())
                .extracting(Reason::text)
                .containsExactly("a, b could take it, but take nothing new: draining, a drained by ann since"
                        + " 2023-11-14 22:13 UTC: new disk");
        workers(worker("a", false), worker("b", false));
        assertReasons(why(run, 0))
                .as("a drained worker is no idle one")
                .containsExactly(new Reason(Kind.ANY_MOMENT, "a worker is about to take it: b"));
    }

    @Test
    void shouldSayWhoPausedItSinceWhenAndWhyUntilNoPartitionHasThePause() {
        var run = events.run("p", 1, asking("x", "arch=s390x os=linux", Priority.NORMAL), task("y"));
        workers(worker("a", false));
        events.ready(run, 0, 1);
        events.ready(run, 1, 1);
        var scope = PauseScope.of(Requirement.parse("arch=s390x"));
        events.tell(0, new Event.Paused(pause(scope, "")));
        events.tell(1, new Event.Paused(pause(scope, "")));

        assertReasons(why(run, 0))
                .containsExactly(new Reason(
                        Kind.PAUSED,
                        "arch=s390x is paused by ann since 2023-11-14 22:13 UTC",
                        List.of(),
                        List.of(),
                        pause(scope, ""),
                        null));
        assertThat(why(run, 1).reasons()).extracting(Reason::kind).doesNotContain(Kind.PAUSED);
        events.tell(0, new Event.Resumed(scope, "ann"));
        assertThat(why(run, 0).reasons()).extracting(Reason::kind).containsExactly(Kind.PAUSED);
        events.tell(1, new Event.Resumed(scope, "ann"));
        assertThat(why(run, 0).reasons()).extracting(Reason::kind).containsExactly(Kind.ANY_MOMENT);
    }

    @Test
    void shouldNameTheLabelThatWasProbablyMeant() {
        workers(machine("build7", 1, "1", "kvm", "quiet"), machine("build8", 1, "1"));
        var run = events.run("p", 1, asking("x", "labels=kmv", Priority.NORMAL));
        events.ready(run, 0, 1);
        events.tell(new Event.RequirementUnmet(Requirement.parse("labels=kmv"), "no worker has label kmv"));

        assertReasons(why(run, 0))
                .containsExactly(new Reason(
                        Kind.NO_WORKER,
                        "none of 2 workers could ever take it; the nearest, build7, has no label kmv; did you mean"
                                + " 'kvm'?"));
        assertThat(run.shortage(0)).isEqualTo("no worker has label kmv (did you mean 'kvm'?)");
        long before = run.version(0);
        workers(machine("build8", 1, "1"));
        assertThat(run.shortage(0)).isEqualTo("no worker has label kmv");
        assertThat(run.version(0)).isGreaterThan(before);
    }

    @Test
    void shouldRememberTheWorkersThatLeftUntilTheyAreBack() {
        workers(worker("a", false), machine("gpu1", 1, "1", "gpu"));
        var run = events.run("p", 1, asking("x", "labels=gpu", Priority.NORMAL), task("y"));
        workers(worker("a", false));
        events.ready(run, 0, 1);

        assertReasons(why(run, 0))
                .contains(new Reason(
                        Kind.OFFLINE, "gpu1 is away since 2023-11-14 22:13 UTC: could take it if it were there"));
        claimed(run, 1, "a");
        var other = events.run("p", 2, task("z"));
        events.ready(other, 0, 1);
        assertReasons(why(other, 0))
                .containsExactly(
                        new Reason(Kind.BUSY, "the one worker that could take it is busy: a (1 of 1)"),
                        new Reason(Kind.OFFLINE, "gpu1 is away since 2023-11-14 22:13 UTC: could take it as well"));

        workers(worker("a", false), machine("gpu1", 1, "1", "gpu"));

        assertReasons(why(run, 0)).containsExactly(new Reason(Kind.ANY_MOMENT, "a worker is about to take it: gpu1"));
        assertThat(projection.workers().departed()).isEmpty();
    }

    @Test
    void shouldForgetTheOldestOfManyWorkersThatLeft() {
        for (int i = 0; i < 300; i++) {
            workers(worker("w" + i, false));
        }

        assertThat(projection.workers().departed()).hasSize(200).first().matches(gone -> gone.worker()
                .name()
                .equals("w298"));
    }

    @Test
    void shouldSayThatAWorkerIsAboutToTakeIt() {
        var run = events.run("p", 1, task("x"));
        workers(worker("a", false));
        events.ready(run, 0, 1);

        assertReasons(why(run, 0)).containsExactly(new Reason(Kind.ANY_MOMENT, "a worker is about to take it: a"));
    }

    @Test
    void shouldSayWhyAWorkerThatHasRoomMayTakeNothing() {
        var run = events.run("p", 1, task("x"));
        workers(worker("a", false));
        events.ready(run, 0, 1);
        pass(60);

        assertThat(text(run)).startsWith("a has room for it, and should have taken it long ago");
    }
}
