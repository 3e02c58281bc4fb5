package dev.coil.scheduler.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TaskStatusTest {

    @Test
    void shouldKnowTheseTransitionsAndNoOther() {
        var legal = new ArrayList<String>();
        for (var from : TaskStatus.values()) {
            for (var to : TaskStatus.values()) {
                if (from.mayBecome(to)) {
                    legal.add(from + " → " + to);
                }
            }
        }
        assertThat(legal)
                .isEqualTo(List.of(
                        "WAITING → BLOCKED",
                        "WAITING → READY",
                        "WAITING → FINISHED",
                        "BLOCKED → READY",
                        "BLOCKED → FINISHED",
                        "READY → RUNNING",
                        "READY → FINISHED",
                        "RUNNING → WAITING",
                        "RUNNING → FINISHED",
                        "FINISHED → WAITING"));
    }

    @ParameterizedTest
    @EnumSource
    void shouldRefuseEveryOtherTransitionOfATask(TaskStatus from) {
        var task = new TaskState(from, new TaskState.Needs(0, false), TaskState.Attempts.NONE, 1, 0, null, 0, null);
        for (var to : TaskStatus.values()) {
            if (from.mayBecome(to)) {
                assertThat(task.to(to).status()).isEqualTo(to);
            } else {
                assertThatThrownBy(() -> task.to(to))
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessageStartingWith("a " + from + " task cannot become " + to);
            }
        }
    }
}
