package dev.coil.scheduler.resolver;

import static dev.coil.scheduler.resolver.Fold.requiring;
import static dev.coil.scheduler.resolver.Fold.task;
import static org.assertj.core.api.Assertions.assertThat;

import dev.coil.protocol.event.Event;
import dev.coil.protocol.tuple.Attributes;
import dev.coil.protocol.tuple.WorkerInfo;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** What is told of a class that nobody could take, while workers come and go. */
class ShortagesTest {

    private final Fold fold = new Fold();

    private static WorkerInfo worker(String incarnation, String arch, String... labels) {
        var facts = new TreeMap<>(Map.of("os", "linux", "arch", arch));
        return new WorkerInfo(incarnation, incarnation, incarnation, Attributes.of(facts, labels), 1, "test", 0, false);
    }

    private void submit() {
        fold.submit("a", false, requiring(task("t"), "arch=s390x os=linux labels=kvm,quiet"));
    }

    /** Why, each time that it was told; empty where somebody can take it again. */
    private List<String> told() {
        return fold.events.stream()
                .filter(event -> event instanceof Event.RequirementUnmet || event instanceof Event.RequirementMet)
                .map(event -> event instanceof Event.RequirementUnmet unmet ? unmet.reason() : "")
                .toList();
    }

    @Test
    void shouldSayWhatTheOneLacksThatComesNearest() {
        fold.workers(worker("a", "x86_64"));
        submit();

        fold.workers(worker("a", "x86_64"), worker("b", "s390x", "quiet"));
        fold.workers(worker("a", "x86_64"), worker("b", "s390x", "quiet"), worker("c", "x86_64", "kvm", "quiet"));
        fold.workers(worker("a", "x86_64"), worker("c", "x86_64", "kvm", "quiet"));
        fold.workers(worker("a", "x86_64"));
        fold.workers();

        assertThat(told())
                .containsExactly(
                        "no worker has arch=s390x label kvm label quiet",
                        "no worker has label kvm",
                        "no worker has arch=s390x",
                        "no worker has arch=s390x label kvm label quiet",
                        "no worker is present");
    }

    @Test
    void shouldEndWithTheFirstThatCouldTakeItAndBeginWithTheLast() {
        submit();
        var able = new WorkerInfo[] {worker("a", "s390x", "kvm", "quiet"), worker("b", "s390x", "kvm", "quiet")};

        fold.workers(able);
        fold.workers(able[1], worker("c", "s390x", "quiet"));
        fold.workers(worker("b", "s390x", "kvm"), worker("c", "s390x", "quiet"));
        fold.workers(able[0]);

        assertThat(told())
                .as("of those that lack as much, what the first one lacks")
                .containsExactly("no worker is present", "", "no worker has label quiet", "");
    }

    @Test
    void shouldSayTheSameInANewProcess() {
        fold.workers(worker("a", "x86_64"), worker("b", "s390x", "quiet"));
        submit();
        int before = fold.events.size();

        fold.restart();
        fold.workers(worker("a", "x86_64"), worker("b", "s390x", "quiet"), worker("c", "x86_64"));

        assertThat(fold.events.subList(before, fold.events.size()))
                .hasExactlyElementsOfTypes(Event.WorkersChanged.class);
    }
}
