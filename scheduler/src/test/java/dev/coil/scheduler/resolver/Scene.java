package dev.coil.scheduler.resolver;

import dev.coil.protocol.command.Command;
import dev.coil.protocol.graph.Outcome;
import dev.coil.protocol.graph.Source;
import dev.coil.protocol.graph.TaskSpec;
import dev.coil.protocol.pause.PauseScope;
import dev.coil.protocol.space.ClaimId;
import dev.coil.protocol.tuple.Requirement;
import dev.coil.scheduler.state.Keys;
import dev.coil.scheduler.state.Table;
import dev.coil.scheduler.state.TaskState;
import dev.coil.scheduler.state.Timer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/** A run of a gate, the subject, which needs it, one that needs the subject, and one beside. */
final class Scene {

    static final int GATE = 0;
    static final int SUBJECT = 1;
    static final int AFTER = 2;
    static final int BESIDE = 3;

    /** The digest of what the subject generates. */
    static final String FILE = "file";

    static final PauseScope PAUSED = PauseScope.of(Requirement.parse("arch=x86_64"));

    final Fold fold = new Fold();
    ClaimId claim = new ClaimId("w", 99);

    Scene(boolean skipUnmatched, TaskSpec subject) {
        fold.report(Fold.worker("w", 1), Fold.worker("other", 1));
        fold.source = new Source(null, "refs/heads/main", "push", null, "", "", List.of());
        fold.submit("a", skipUnmatched, Fold.task("gate"), subject, Fold.task("after", SUBJECT), grouped("beside"));
    }

    private static TaskSpec grouped(String name) {
        return Fold.grouped(Fold.task(name), "g", 1, false);
    }

    static Scene of(TaskSpec subject) {
        return new Scene(false, subject);
    }

    Scene open() {
        fold.run(GATE, Outcome.SUCCESS);
        return this;
    }

    Scene claimed() {
        open();
        claim = fold.claim(SUBJECT, "w");
        return this;
    }

    Scene ended(Outcome outcome) {
        fold.finish(SUBJECT, task().attempt(), claim, outcome);
        return this;
    }

    TaskState task() {
        return Objects.requireNonNull(fold.state.get(Table.TASKS, Keys.task(1, SUBJECT)));
    }

    boolean isForgotten() {
        return fold.state.get(Table.TASKS, Keys.task(1, SUBJECT)) == null;
    }

    int attempt() {
        return task().attempt();
    }

    /** As the owner does when the log's clock has come to it. */
    void fire(Timer.Kind kind, long early) {
        long due = task().timer();
        fold.now = Math.max(fold.now, due - early);
        fold.append(new Command.FireTimer(fold.epoch(), new Timer(due, kind, 1, SUBJECT, attempt()).id()));
    }

    Scene paused() {
        fold.append(new Command.Pause("req", PAUSED, "disk full", "ann"));
        return this;
    }

    Scene timedOut(Timer.Kind kind) {
        fire(kind, 0);
        return this;
    }

    /** All that the state holds for the subject beside its status. */
    String holdings() {
        var held = new ArrayList<String>();
        fold.state.scan(Table.OUTSTANDING, new byte[0], (key, attempt) -> {
            if (Keys.serial(key) == 1 && Keys.last(key) == SUBJECT) {
                held.add("in the space");
            }
            return true;
        });
        fold.state.scan(Table.QUEUE, new byte[0], (key, queued) -> {
            if (queued.serial() == 1 && queued.task() == SUBJECT) {
                held.add("in its queue");
            }
            return true;
        });
        fold.state.scan(Table.CLAIMS, new byte[0], (key, nonce) -> {
            if (Keys.serial(key) == 1 && Keys.last(key) == SUBJECT) {
                held.add("claim");
            }
            return true;
        });
        fold.state.scan(Table.TIMERS, new byte[0], (key, due) -> {
            var timer = Timer.ofKey(key);
            if (timer.serial() == 1 && timer.task() == SUBJECT) {
                held.add(timer.kind().name().toLowerCase(Locale.ROOT) + " timer");
            }
            return true;
        });
        fold.state.scan(Table.PLACES, new byte[0], (key, since) -> {
            if (Keys.serial(key) == 1 && Keys.last(key) == SUBJECT) {
                held.add("place");
            }
            return true;
        });
        fold.state.scan(Table.IN_LINE, new byte[0], (key, member) -> {
            if (member.serial() == 1 && member.task() == SUBJECT) {
                held.add("in line for a place");
            }
            return true;
        });
        return held.isEmpty() ? "holds nothing" : String.join(", ", held);
    }

    String describe() {
        if (isForgotten()) {
            return "forgotten, " + holdings();
        }
        var task = task();
        var end = task.end();
        return task.status()
                + (end == null ? "" : " " + end.outcome().text() + (end.kind() == null ? "" : " by " + end.kind()))
                + ", attempt " + task.attempt() + ", " + holdings();
    }
}
