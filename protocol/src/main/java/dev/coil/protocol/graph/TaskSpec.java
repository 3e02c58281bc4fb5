package dev.coil.protocol.graph;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.coil.protocol.tuple.Requirement;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One task of a run: an instance after matrix expansion, with everything resolved that is known at submission. The tasks of a
 * run are a list in topological order; a task is known by its index in it.
 *
 * @param name unique in the run: {@code test/linux-s390x/1}
 * @param base the name in the graph file: {@code test}
 * @param matrix the axes' values of this instance, in axis order; empty without a matrix
 * @param needs the tasks that must end first
 * @param requirement what it needs from a machine
 * @param platform the name under {@code platforms}, where it has one
 * @param allowFailure whether it may fail without failing the run
 * @param condition what is left of {@code if} after everything known at submission has been put in; {@code null} for
 *     {@code success()}. An expression of {@link dev.coil.protocol.graph.expression}
 * @param timeoutMillis how long an attempt may run, the platform's factor included; 0 for no limit
 * @param queueTimeoutMillis how long it may wait for a worker; 0 for no limit
 * @param retries how many further attempts it has, by how the earlier ones ended
 * @param concurrency of which of its project's tasks only so many go on at once; {@code null} for none
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record TaskSpec(
        String name,
        String base,
        Map<String, String> matrix,
        List<Need> needs,
        Requirement requirement,
        @Nullable String platform,
        Priority priority,
        @JsonInclude(JsonInclude.Include.NON_DEFAULT) boolean allowFailure,
        @Nullable String condition,
        @JsonInclude(JsonInclude.Include.NON_DEFAULT) long timeoutMillis,
        @JsonInclude(JsonInclude.Include.NON_DEFAULT) long queueTimeoutMillis,

        @JsonInclude(value = JsonInclude.Include.CUSTOM, valueFilter = StandardRetries.class)
        Retries retries,

        Start start,
        @Nullable Concurrency concurrency,
        Action action) {

    public TaskSpec {
        matrix = matrix == null || matrix.isEmpty()
                ? Map.of()
                : java.util.Collections.unmodifiableMap(new java.util.LinkedHashMap<>(matrix));
        needs = needs == null ? List.of() : List.copyOf(needs);
        priority = priority == null ? Priority.NORMAL : priority;
        retries = retries == null ? Retries.STANDARD : retries;
        start = start == null ? Start.OPTIMISTIC : start;
    }

    /** Leaves the retries of a task that says nothing of them out of its JSON. */
    static final class StandardRetries {
        @Override
        public boolean equals(@Nullable Object value) {
            return value == null || value.equals(Retries.STANDARD);
        }

        @Override
        public int hashCode() {
            return 0;
        }
    }

    /** A task with nothing but a name, needs, a requirement and an action. */
    public static TaskSpec simple(String name, List<Integer> needs, Requirement requirement, Action action) {
        return new TaskSpec(
                name,
                name,
                Map.of(),
                needs.stream().map(Need::on).toList(),
                requirement,
                null,
                Priority.NORMAL,
                false,
                null,
                0,
                0,
                Retries.STANDARD,
                Start.OPTIMISTIC,
                null,
                action);
    }

    /** The same with the tasks that it refers to so many places further on. */
    public TaskSpec shifted(int places) {
        return with().needs(needs.stream().map(need -> need.shifted(places)).toList())
                .action(action.shifted(places))
                .build();
    }

    /** Takes the parts of a task one by one, for a task that differs from another one in some. */
    public Builder with() {
        return new Builder(this);
    }

    /** A task to be, which begins as another one. */
    public static final class Builder {
        private final TaskSpec task;
        private List<Need> needs;
        private Requirement requirement;
        private Priority priority;
        private boolean allowFailure;
        private @Nullable String condition;
        private long timeoutMillis;
        private long queueTimeoutMillis;
        private Retries retries;
        private Start start;
        private @Nullable Concurrency concurrency;
        private Action action;

        private Builder(TaskSpec task) {
            this.task = task;
            needs = task.needs;
            requirement = task.requirement;
            priority = task.priority;
            allowFailure = task.allowFailure;
            condition = task.condition;
            timeoutMillis = task.timeoutMillis;
            queueTimeoutMillis = task.queueTimeoutMillis;
            retries = task.retries;
            start = task.start;
            concurrency = task.concurrency;
            action = task.action;
        }

        public Builder needs(List<Need> others) {
            needs = others;
            return this;
        }

        public Builder requirement(Requirement wanted) {
            requirement = wanted;
            return this;
        }

        public Builder priority(Priority rank) {
            priority = rank;
            return this;
        }

        public Builder allowFailure(boolean allowed) {
            allowFailure = allowed;
            return this;
        }

        public Builder condition(@Nullable String expression) {
            condition = expression;
            return this;
        }

        public Builder timeoutMillis(long running) {
            timeoutMillis = running;
            return this;
        }

        public Builder queueTimeoutMillis(long waiting) {
            queueTimeoutMillis = waiting;
            return this;
        }

        public Builder retries(Retries budgets) {
            retries = budgets;
            return this;
        }

        public Builder start(Start when) {
            start = when;
            return this;
        }

        public Builder concurrency(@Nullable Concurrency group) {
            concurrency = group;
            return this;
        }

        public Builder action(Action work) {
            action = work;
            return this;
        }

        public TaskSpec build() {
            return new TaskSpec(
                    task.name,
                    task.base,
                    task.matrix,
                    needs,
                    requirement,
                    task.platform,
                    priority,
                    allowFailure,
                    condition,
                    timeoutMillis,
                    queueTimeoutMillis,
                    retries,
                    start,
                    concurrency,
                    action);
        }
    }
}
