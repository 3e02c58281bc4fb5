package dev.coil.viewer.projection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.coil.protocol.event.Event;
import dev.coil.protocol.event.EventRecord;
import dev.coil.protocol.graph.Resources;
import dev.coil.protocol.graph.TaskRef;
import dev.coil.protocol.tuple.Attributes;
import dev.coil.protocol.tuple.Requirement;
import dev.coil.protocol.tuple.WorkerInfo;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.IntUnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class WorkersTest {

    private static final int PARTITIONS = 3;

    private final Projection projection = new Projection();
    private final long[] seqs = new long[PARTITIONS];

    private static WorkerInfo worker(String name, String incarnation, String... labels) {
        return new WorkerInfo(
                name, name, incarnation, Attributes.of(Map.of("os", "linux"), labels), 1, "test", 0, false);
    }

    private void tell(int partition, long at, Event event) {
        projection.apply(new EventRecord(partition, ++seqs[partition], at, event));
    }

    private static Event changed(List<WorkerInfo> came, String... gone) {
        return new Event.WorkersChanged(came, List.of(gone));
    }

    private Stream<String> present() {
        return projection.workers().present().stream().map(worker -> worker.name() + ":" + worker.incarnation());
    }

    @Test
    void shouldFollowWhoComesAndGoes() {
        tell(0, 1, changed(List.of(worker("b", "1"), worker("a", "2"))));
        assertThat(present()).containsExactly("a:2", "b:1");
        long before = projection.workers().version();

        tell(0, 2, changed(List.of(worker("b", "3")), "1"));

        assertThat(present()).containsExactly("a:2", "b:3");
        assertThat(projection.workers().version()).isGreaterThan(before);
        assertThat(projection.workers().departed()).as("b is there again").isEmpty();
        tell(0, 3, changed(List.of(), "2"));
        assertThat(projection.workers().departed()).containsExactly(new Departed.Worker(worker("a", "2"), 3));
    }

    @Test
    void shouldNotChangeWhenAnotherPartitionTellsTheSame() {
        tell(0, 1, changed(List.of(worker("a", "1"))));
        long before = projection.workers().version();

        tell(1, 2, changed(List.of(worker("a", "1"))));

        assertThat(projection.workers().version()).isEqualTo(before);
    }

    @Test
    void shouldBelieveWhatWasToldLastOfAnIncarnationWhereverItStands() {
        tell(0, 1, changed(List.of(worker("a", "1"), worker("b", "2"))));
        tell(0, 9, changed(List.of(), "1"));

        tell(1, 2, changed(List.of(worker("a", "1"), worker("b", "2"))));
        assertThat(present())
                .as("partition 1 is read later, but was told before")
                .containsExactly("b:2");

        tell(1, 10, changed(List.of(worker("a", "1"))));
        assertThat(present()).containsExactly("a:1", "b:2");
    }

    @Test
    void shouldForgetWhomARetellingLeavesOut() {
        tell(0, 1, changed(List.of(worker("a", "1"), worker("b", "5"), worker("c", "9"))));
        tell(1, 20, changed(List.of(worker("d", "6"))));

        tell(0, 10, new Event.WorkersRetold(null, "5", List.of(worker("a", "1"))));
        assertThat(present()).as("of the first part").containsExactly("a:1", "c:9", "d:6");

        tell(0, 10, new Event.WorkersRetold("5", null, List.of()));
        assertThat(present()).as("what was told later stays").containsExactly("a:1", "d:6");
        tell(2, 9, changed(List.of(worker("c", "9"))));
        assertThat(present()).as("what was told before is old").containsExactly("a:1", "d:6");
    }

    @Test
    void shouldKeepTheAccountOfAWorkerThatIsToldAgain() {
        tell(0, 1, changed(List.of(worker("a", "1"))));
        var task = new RunningTask(new TaskRef("p", 1, 0), "t", 1, "1", Resources.NONE, 1);
        projection.workers().started(projection.version(), task);

        tell(0, 2, new Event.WorkersRetold(null, null, List.of(worker("a", "1"))));

        assertThat(projection.workers().shares("1").of("p")).isPositive();
        tell(0, 3, changed(List.of(), "1"));
        assertThat(projection.workers().shares("1").of("p")).isZero();
    }

    @Test
    void shouldSayWhatWasProbablyMeantOfWhatIsOfferedNow() {
        var shortages = new Shortages(projection.workers().offers());
        var requirement = Requirement.parse("labels=quit");
        shortages.unmet(1, requirement.canonical(), "no worker has label quit");
        assertThat(shortages.reason(requirement.canonical())).isEqualTo("no worker has label quit");

        tell(0, 1, changed(List.of(worker("a", "1", "quiet"), worker("b", "2", "quiet"))));
        shortages.offersChanged(2);
        assertThat(shortages.reason(requirement.canonical())).endsWith("(did you mean 'quiet'?)");

        tell(0, 2, changed(List.of(), "1"));
        assertThat(projection.workers().offersChanged()).as("b offers it still").isFalse();
        tell(0, 3, changed(List.of(), "2"));
        shortages.offersChanged(3);
        assertThat(shortages.reason(requirement.canonical())).isEqualTo("no worker has label quit");
    }

    /** Owners that notice late and in another order, and tell all again now and then; readers that read partitions in any order. */
    @Test
    void shouldEndWithThoseWhoArePresentWhereverAReaderBegins() {
        for (int seed = 0; seed < 300; seed++) {
            var random = new Random(seed);
            var story = new Told(random);
            assertThat(story.read(partition -> 0, new Random(seed)))
                    .as("who reads all, seed %s", seed)
                    .isEqualTo(story.there);
            assertThat(story.read(partition -> story.lastRetelling[partition], new Random(seed)))
                    .as("who begins where all were told again, seed %s", seed)
                    .isEqualTo(story.there);
            assertThat(story.readWithAGap(new Random(seed)))
                    .as("who missed what was removed before, seed %s", seed)
                    .isEqualTo(story.there);
        }
    }

    private static final class Told {
        final Random random;
        final TreeMap<String, WorkerInfo> there = new TreeMap<>();
        final List<List<EventRecord>> logs = new ArrayList<>();
        final int[] lastRetelling = new int[PARTITIONS];
        private final List<TreeMap<String, WorkerInfo>> known = new ArrayList<>();
        private long now = 1;

        Told(Random random) {
            this.random = random;
            for (int partition = 0; partition < PARTITIONS; partition++) {
                logs.add(new ArrayList<>());
                known.add(new TreeMap<>());
            }
            for (int step = 0; step < 60; step++) {
                now += random.nextInt(3);
                var incarnation = "i" + random.nextInt(12);
                if (random.nextInt(2) == 0) {
                    there.put(incarnation, worker("w" + random.nextInt(3), incarnation));
                } else {
                    there.remove(incarnation);
                }
                int partition = random.nextInt(PARTITIONS);
                if (random.nextInt(2) == 0) {
                    tellChanges(partition);
                } else if (random.nextInt(6) == 0) {
                    tellAgain(partition);
                }
            }
            now++;
            for (int partition = 0; partition < PARTITIONS; partition++) {
                tellChanges(partition);
            }
        }

        private void tellChanges(int partition) {
            var mine = known.get(partition);
            var came = there.values().stream()
                    .filter(worker -> !worker.equals(mine.get(worker.incarnation())))
                    .toList();
            var gone = mine.keySet().stream().filter(i -> !there.containsKey(i)).toList();
            mine.clear();
            mine.putAll(there);
            append(partition, new Event.WorkersChanged(came, gone));
        }

        private void tellAgain(int partition) {
            lastRetelling[partition] = logs.get(partition).size();
            String after = null;
            var part = new ArrayList<WorkerInfo>();
            for (var worker : known.get(partition).values()) {
                part.add(worker);
                if (random.nextInt(3) == 0) {
                    append(partition, new Event.WorkersRetold(after, worker.incarnation(), List.copyOf(part)));
                    after = worker.incarnation();
                    part.clear();
                }
            }
            append(partition, new Event.WorkersRetold(after, null, List.copyOf(part)));
        }

        private void append(int partition, Event event) {
            var log = logs.get(partition);
            log.add(new EventRecord(partition, log.size() + 1L, now, event));
        }

        Map<String, WorkerInfo> read(IntUnaryOperator from, Random order) {
            var projection = new Projection();
            read(projection, from, order);
            return present(projection);
        }

        /** It had read a while, and when it comes back, begins where each partition told all again. */
        Map<String, WorkerInfo> readWithAGap(Random order) {
            var projection = new Projection();
            for (var log : logs) {
                log.subList(0, log.size() / 3).forEach(projection::apply);
            }
            read(
                    projection,
                    partition -> Math.max(
                            lastRetelling[partition], logs.get(partition).size() / 3),
                    order);
            return present(projection);
        }

        private void read(Projection projection, IntUnaryOperator from, Random order) {
            var next = new int[PARTITIONS];
            for (int partition = 0; partition < PARTITIONS; partition++) {
                next[partition] = from.applyAsInt(partition);
            }
            for (int left = PARTITIONS * 1_000; left > 0; left--) {
                int partition = order.nextInt(PARTITIONS);
                if (next[partition] < logs.get(partition).size()) {
                    projection.apply(logs.get(partition).get(next[partition]++));
                }
            }
        }

        private static Map<String, WorkerInfo> present(Projection projection) {
            var present = new TreeMap<String, WorkerInfo>();
            projection.workers().present().forEach(worker -> present.put(worker.incarnation(), worker));
            return present;
        }
    }
}
