package dev.coil.viewer.why;

import static dev.coil.viewer.projection.Events.task;
import static org.assertj.core.api.Assertions.assertThat;

import dev.coil.protocol.event.Event;
import dev.coil.protocol.graph.Outcome;
import dev.coil.protocol.graph.Priority;
import dev.coil.protocol.graph.Resources;
import dev.coil.protocol.pause.PauseScope;
import dev.coil.viewer.why.Reason.Kind;
import org.junit.jupiter.api.Test;

/** Why the workers that could take a ready task do not: they are busy, have too little left, or others come first. */
class WhyBusyTest extends WhyFixture {

    @Test
    void shouldNameBusyWorkersAndCountWhatComesBefore() {
        var run = events.run(
                "p",
                1,
                task("running"),
                task("older"),
                asking("elsewhere", "os=freebsd", Priority.HIGH),
                task("mine"),
                asking("urgent", "os=linux", Priority.HIGH),
                asking("later", "os=linux", Priority.LOW));
        workers(worker("a", false));
        claimed(run, 0, "a");
        for (int task = 1; task <= 5; task++) {
            events.ready(run, task, 1);
        }

        var answer = why(run, 3);

        assertReasons(answer)
                .containsExactly(
                        new Reason(Kind.BUSY, "the one worker that could take it is busy: a (1 of 1)"),
                        new Reason(
                                Kind.PRIORITY,
                                "its priority is normal: 1 task comes before it that is of a higher one"),
                        new Reason(Kind.LINE, "2 tasks come before it"));
        assertThat(answer.ahead()).isEqualTo(2);
        assertThat(answer.startsInMillis())
                .as("nothing like these has ended yet")
                .isEqualTo(-1);
    }

    @Test
    void shouldSayWhatTheWorkerHasTooLittleOf() {
        var run = events.run(
                "p",
                1,
                reserving("three", "os=linux", new Resources(3, 6L << 30, null, false), null),
                reserving("two", "os=linux", new Resources(2, 4L << 30, null, false), null),
                reserving("alone", "os=linux", new Resources(null, null, null, true), null),
                task("small"));
        workers(machine("build7", 4, "4"));
        claimed(run, 0, "build7");
        events.ready(run, 1, 1);

        assertReasons(why(run, 1))
                .containsExactly(new Reason(
                        Kind.NO_ROOM,
                        "the one worker that could take it has no room: build7 has 1 of 4 slots free (the task takes 2)"
                                + " and has 2GiB of 8GiB of memory left (the task takes 4GiB)"));
        events.ready(run, 3, 1);
        assertReasons(why(run, 3))
                .containsExactly(new Reason(
                        Kind.LINE,
                        "1 task comes before it; build7 waits until it has room for the first, two of p#1: build7 has 1"
                                + " of 4 slots free (the task takes 2)"));
    }

    @Test
    void shouldSayThatATaskHasTheMachineToItself() {
        var run = events.run(
                "p",
                1,
                reserving("lint", "os=linux", new Resources(null, null, null, true), null),
                task("x"),
                task("y"));
        workers(machine("build7", 4, "4"));
        claimed(run, 0, "build7");
        events.ready(run, 1, 1);
        assertReasons(why(run, 1))
                .containsExactly(new Reason(
                        Kind.BUSY, "the one worker that could take it is busy: build7 (lint of p#1 has it to itself)"));

        events.finished(run, 0, 1, Outcome.SUCCESS, 0);
        claimed(run, 1, "build7");
        var other = events.run("q", 1, reserving("perf", "os=linux", new Resources(null, null, null, true), null));
        events.ready(other, 0, 1);

        assertReasons(why(other, 0))
                .containsExactly(new Reason(
                        Kind.NO_ROOM,
                        "the one worker that could take it has no room: build7 runs 1 other task (the task"
                                + " takes the machine to itself)"));
    }

    @Test
    void shouldSayWhoseTurnItIsByWhatTheWorkerHasGiven() {
        workers(worker("a", false));
        var flood = events.run("flood", 1, task("x"), task("y"), task("z"));
        var small = events.run("small", 1, task("x"));
        var other = events.run("other", 1, task("x"));
        claimed(flood, 0, "a");
        pass(10);
        events.finished(flood, 0, 1, Outcome.SUCCESS, 0);
        claimed(other, 0, "a");
        events.ready(flood, 1, 1);
        events.ready(small, 0, 1);

        var answer = why(flood, 1);

        assertReasons(answer)
                .containsExactly(
                        new Reason(Kind.BUSY, "the one worker that could take it is busy: a (1 of 1)"),
                        new Reason(
                                Kind.SHARE,
                                "small is to have its turn first on a, of which flood has had 11.0 slot-seconds more"),
                        new Reason(Kind.LINE, "1 task comes before it: 1 of small"));
        assertThat(answer.reasons().get(1).turn()).isEqualTo(new Reason.Turn("a", "flood", 11, "small", 0));
        assertReasons(why(small, 0))
                .as("though it came later")
                .containsExactly(new Reason(Kind.BUSY, "the one worker that could take it is busy: a (1 of 1)"));
    }

    @Test
    void shouldKeepTheAccountOfAWorkerOnlyWhileItIsThere() {
        workers(worker("a", false));
        var run = events.run("p", 1, task("x"));
        claimed(run, 0, "a");
        pass(10);
        events.finished(run, 0, 1, Outcome.SUCCESS, 0);
        assertThat(projection.workers().shares("inc-a").of("p")).isEqualTo(11);

        workers();

        assertThat(projection.workers().shares("inc-a").of("p")).isZero();
    }

    @Test
    void shouldNotCountWhatIsPausedAsBeforeIt() {
        var held = events.run("held", 1, task("x"));
        var run = events.run("p", 1, task("y"));
        workers(worker("a", false));
        events.ready(held, 0, 1);
        events.ready(run, 0, 1);
        events.tell(new Event.Paused(pause(PauseScope.project("held"), "")));

        assertThat(why(run, 0).ahead()).isZero();
    }
}
