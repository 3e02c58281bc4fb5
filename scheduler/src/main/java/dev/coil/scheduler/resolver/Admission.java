package dev.coil.scheduler.resolver;

import dev.coil.protocol.event.Event.EndKind;
import dev.coil.protocol.graph.Need;
import dev.coil.protocol.graph.Outcome;
import dev.coil.protocol.graph.TaskSpec;
import dev.coil.protocol.graph.expression.Condition;
import dev.coil.protocol.graph.expression.ConditionContext;
import dev.coil.scheduler.state.Cursor;
import dev.coil.scheduler.state.Generation;
import dev.coil.scheduler.state.Keys;
import dev.coil.scheduler.state.RunState;
import dev.coil.scheduler.state.Table;
import dev.coil.scheduler.state.TaskState;
import dev.coil.scheduler.state.TaskStatus;
import dev.coil.scheduler.turn.Turn;
import dev.coil.scheduler.window.Shortages;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Whether a task whose needs have all ended is run, and if not, why. */
final class Admission {

    private Admission() {}

    /** Why a task is not run. */
    record Skip(Outcome outcome, EndKind kind, String reason) {}

    /** Among the bits of a need: it is one of all that the task generates as well. */
    private static final long ALL_GENERATED = 1L << 32;

    /** Whether a task that ended so satisfies a dependent; {@code accept} are the outcomes it takes beside success, a bit each. */
    private static boolean satisfies(TaskState ended, long accept) {
        return (accept >> ended.outcome().ordinal() & 1) == 1 || Generation.isGood(ended);
    }

    /** Whether a need that has ended satisfies a dependent that takes {@code accept}. */
    static boolean satisfies(Turn turn, long serial, int need, TaskState ended, long accept) {
        return satisfies(ended, accept)
                && (!isOfAllGenerated(accept) || Generations.unmet(turn, serial, need, accept) == null);
    }

    /** Whether a need has ended, and with it what it generated, if that is needed too. */
    static boolean hasEnded(Turn turn, long serial, int need, TaskState needed, long accept) {
        return needed.status() == TaskStatus.FINISHED
                && !(isOfAllGenerated(accept) && Generations.isOpen(turn, serial, need));
    }

    /** Which work tells a dependent that its need has ended: one alone, or it would be counted twice. */
    static Cursor.Kind toldBy(Turn turn, long serial, int need, long accept) {
        return isOfAllGenerated(accept) && Generations.of(turn, serial, need) != null
                ? Cursor.Kind.GENERATION
                : Cursor.Kind.DEPENDENTS;
    }

    static boolean isOfAllGenerated(long accept) {
        return (accept & ALL_GENERATED) != 0;
    }

    static long bits(Need need) {
        long bits = need.generated() ? ALL_GENERATED : 0;
        for (var outcome : need.accept()) {
            bits |= 1L << outcome.ordinal();
        }
        return bits;
    }

    /** The reason why a task is not run; {@code null} if it is to be run. */
    static @Nullable Skip refuse(Turn turn, long serial, int index, TaskState task, Shortages shortages) {
        var run = turn.run(serial);
        if (task.has(TaskState.CONDITION)) {
            var spec = turn.spec(serial, index);
            var condition = Objects.requireNonNull(spec.condition());
            if (!Condition.parse(condition).evaluate(new Circumstances(turn, serial, spec, task, run))) {
                if (run.cancelled()) {
                    return cancelled();
                }
                return task.needs().unmet()
                        ? unmetNeed(turn, serial, spec)
                        : new Skip(Outcome.SKIPPED, EndKind.CONDITION, doesNotHold(condition));
            }
        } else if (run.cancelled()) {
            return cancelled();
        } else if (task.needs().unmet()) {
            return unmetNeed(turn, serial, turn.spec(serial, index));
        }
        if (task.has(TaskState.INPUTS)) {
            var missing = missingInput(turn, serial, turn.spec(serial, index));
            if (missing != null) {
                return new Skip(Outcome.SKIPPED, EndKind.NEED, missing);
            }
        }
        if (turn.info(serial).skipUnmatched()) {
            var nobody = shortages.whyNobody(turn, task.lane());
            if (nobody != null) {
                return new Skip(Outcome.SKIPPED, EndKind.NO_WORKER, nobody);
            }
        }
        return null;
    }

    /** What was known at the submission has been folded; nothing may be left of it. */
    private static String doesNotHold(String condition) {
        return condition.equals("false")
                ? "its condition does not hold in this run"
                : "its condition does not hold: " + condition;
    }

    private static Skip cancelled() {
        return new Skip(Outcome.CANCELLED, EndKind.CANCELLED, "the run was cancelled");
    }

    private static Skip unmetNeed(Turn turn, long serial, TaskSpec spec) {
        Skip unrun = null;
        for (var need : spec.needs()) {
            var ended = Objects.requireNonNull(turn.task(serial, need.task()));
            long accept = bits(need);
            if (satisfies(turn, serial, need.task(), ended, accept)) {
                continue;
            }
            var name = turn.spec(serial, need.task()).name();
            var outcome = ended.outcome();
            if (satisfies(ended, accept)) {
                name = "a task that " + name + " generated";
                outcome = Objects.requireNonNull(Generations.unmet(turn, serial, need.task(), accept));
            }
            if (outcome != Outcome.SKIPPED) {
                return new Skip(Outcome.SKIPPED, EndKind.NEED, name + ended(outcome));
            }
            var kind = ended.isEndedBy(EndKind.NO_WORKER) ? EndKind.NO_WORKER : EndKind.NEED;
            if (unrun == null || kind == EndKind.NEED) {
                unrun = new Skip(Outcome.SKIPPED, kind, name + " was not run");
            }
        }
        return Objects.requireNonNull(unrun);
    }

    private static String ended(Outcome outcome) {
        return switch (outcome) {
            case SUCCESS -> " passed";
            case FAILURE -> " failed";
            case ERROR -> " had an error of the infrastructure";
            case TIMEOUT -> " timed out";
            case CANCELLED -> " was cancelled";
            case SKIPPED -> " was not run";
        };
    }

    private static @Nullable String missingInput(Turn turn, long serial, TaskSpec spec) {
        var from = spec.action().from();
        if (from != null) {
            var result = turn.state().get(Table.RESULTS, Keys.task(serial, from));
            if (result == null || result.tree() == null) {
                return turn.spec(serial, from).name() + " left no tree to start in";
            }
        }
        for (var download : spec.action().downloads()) {
            var result = turn.state().get(Table.RESULTS, Keys.task(serial, download.task()));
            if (result == null
                    || result.artifacts().stream().noneMatch(a -> a.name().equals(download.artifact()))) {
                return turn.spec(serial, download.task()).name() + " left no artifact '" + download.artifact() + "'";
            }
        }
        return null;
    }

    /** What a condition can ask. */
    private record Circumstances(Turn turn, long serial, TaskSpec spec, TaskState task, RunState run)
            implements ConditionContext {

        @Override
        public boolean success() {
            return !task.needs().unmet() && !run.cancelled();
        }

        @Override
        public boolean failure() {
            return task.needs().unmet();
        }

        @Override
        public boolean cancelled() {
            return run.cancelled();
        }

        /** Of several instances of one task the worst outcome counts; an optional need that is not there is skipped. */
        @Override
        public Outcome outcomeOf(String name) {
            Outcome worst = null;
            var full = scope() + name;
            for (var need : spec.needs()) {
                var needed = turn.spec(serial, need.task());
                if (needed.name().equals(full) || needed.base().equals(full)) {
                    var outcome = Objects.requireNonNull(turn.task(serial, need.task()))
                            .outcome();
                    if (worst == null || rank(outcome) > rank(worst)) {
                        worst = outcome;
                    }
                }
            }
            return worst == null ? Outcome.SKIPPED : worst;
        }

        /** What comes before the names in the file that the task stands in. */
        private String scope() {
            var generator = spec.needs().isEmpty()
                    ? null
                    : Generations.generator(turn, serial, spec.needs().get(0).task());
            return generator == null ? "" : turn.spec(serial, generator).name() + "/";
        }

        private static int rank(Outcome outcome) {
            return switch (outcome) {
                case SUCCESS -> 0;
                case SKIPPED -> 1;
                case CANCELLED -> 2;
                case ERROR -> 3;
                case TIMEOUT -> 4;
                case FAILURE -> 5;
            };
        }
    }
}
