package dev.coil.scheduler.trigger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.coil.protocol.graph.trigger.Cron;
import dev.coil.protocol.graph.trigger.Schedule;
import dev.coil.protocol.project.ForkPolicy;
import dev.coil.protocol.project.ProjectSettings;
import dev.coil.protocol.seal.Seal;
import dev.coil.scheduler.trigger.TriggerRecord.Result;
import dev.coil.scheduler.trigger.TriggerRecord.Seen;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TriggerLoopTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final TriggerState state = new TriggerState();
    private final FoldedAtOnce writer = new FoldedAtOnce(state);
    private final Repositories repositories = new Repositories();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final List<TriggerLoop> loops = new ArrayList<>();
    private volatile ForkPolicy forks = ForkPolicy.APPROVE;
    private volatile boolean leads = true;
    private int pushed;

    /** Gives a run a number by its id, as an engine does. */
    private static final class Repositories implements Launcher {
        final Map<String, Integer> runs = new LinkedHashMap<>();
        final List<String> launched = new ArrayList<>();
        volatile List<Schedule> schedules = List.of();
        volatile int away;
        volatile @Nullable CountDownLatch hangs;

        @Override
        public Launch launch(String project, ProjectSettings settings, @Nullable String token, Change change, String id)
                throws InterruptedException {
            var latch = hangs;
            if (latch != null && project.equals("slow")) {
                latch.await();
            }
            synchronized (this) {
                if (away > 0) {
                    away--;
                    throw new Unreachable("nobody answers");
                }
                if (change.commit().startsWith("bad")) {
                    throw new Impossible(".coil.yml:1:1: no graph");
                }
                if (change.commit().startsWith("bug")) {
                    throw new IllegalStateException("a bug");
                }
                launched.add(change.commit());
                return new Launch.Started(runs.computeIfAbsent(project + id, key -> runs.size() + 1), schedules);
            }
        }

        @Override
        public Map<String, String> refs(String project, ProjectSettings settings, @Nullable String token) {
            return Map.of();
        }
    }

    private void start() {
        var loop = new TriggerLoop(
                project -> Optional.of(new ProjectSettings("/r", null, ".coil.yml", 0, forks, null, null)),
                state,
                writer,
                repositories,
                new Seal(Seal.newKey()),
                () -> leads,
                threads);
        loops.add(loop);
        loop.start();
    }

    @AfterEach
    void stop() {
        loops.forEach(TriggerLoop::close);
        threads.shutdownNow();
    }

    private void push(String project, String commit, String before) {
        writer.write(new Seen(
                project,
                commit,
                System.currentTimeMillis() + pushed++,
                Change.push("refs/heads/main", commit, before, "ada")));
    }

    private Result result(String project, String id) {
        return await().atMost(PATIENCE)
                .until(() -> state.change(project, id).map(Seen::result).orElse(null), result -> result != null);
    }

    @Test
    void shouldStartARunForEachOfManyPushesInTheirOrder() {
        var commits = new ArrayList<String>();
        for (int i = 0; i < 1_000; i++) {
            commits.add("c" + i);
            writer.write(
                    new Seen("mylang", "c" + i, i + 1, Change.push("refs/heads/main", "c" + i, "c" + (i - 1), "")));
        }
        start();
        start();
        result("mylang", "c999");

        assertThat(repositories.launched.stream().distinct()).containsExactlyElementsOf(commits);
        assertThat(repositories.runs).hasSize(1_000);
        assertThat(state.pending()).isEmpty();
        assertThat(state.tips("mylang")).containsEntry("refs/heads/main", "c999");
    }

    @Test
    void shouldGoOnBehindWhatFails() {
        push("mylang", "bad", "");
        push("mylang", "bug", "");
        push("mylang", "good", "");
        start();

        assertThat(result("mylang", "good").kind()).isEqualTo(Result.Kind.STARTED);
        assertThat(result("mylang", "bad")).isEqualTo(Result.failed(".coil.yml:1:1: no graph"));
        assertThat(result("mylang", "bug")).isEqualTo(Result.failed("the node failed at it; its log says why"));
        assertThat(state.failures()).hasSize(2);
    }

    @Test
    void shouldTryAgainWhatDoesNotAnswer() {
        repositories.away = 2;
        push("mylang", "one", "");
        start();

        assertThat(result("mylang", "one").kind()).isEqualTo(Result.Kind.STARTED);
    }

    @Test
    void shouldNotLetProjectsWaitForEachOther() {
        repositories.hangs = new CountDownLatch(1);
        push("slow", "one", "");
        push("mylang", "two", "");
        start();

        assertThat(result("mylang", "two").kind()).isEqualTo(Result.Kind.STARTED);
        assertThat(state.change("slow", "one").orElseThrow().result()).isNull();
        repositories.hangs.countDown();
        result("slow", "one");
    }

    @Test
    void shouldDoNothingWhileAnotherLeads() {
        leads = false;
        push("mylang", "one", "");
        start();
        await().during(Duration.ofMillis(1_500))
                .atMost(PATIENCE)
                .until(() -> state.change("mylang", "one").orElseThrow().result() == null);

        leads = true;
        result("mylang", "one");
    }

    @Test
    void shouldHoldAForkUntilItIsApproved() {
        var fork = new Change("pull_request", "refs/pull/7/head", "one", "", "refs/heads/main", 7, true, "eve");
        writer.write(new Seen("mylang", "x", 1, fork));
        start();
        assertThat(result("mylang", "x").kind()).isEqualTo(Result.Kind.HELD);

        writer.write(state.change("mylang", "x").orElseThrow().approved("ada"));
        await().atMost(PATIENCE).until(() -> state.change("mylang", "x")
                .map(Seen::result)
                .map(Result::kind)
                .filter(Result.Kind.STARTED::equals)
                .isPresent());

        forks = ForkPolicy.NEVER;
        writer.write(new Seen("mylang", "y", 2, fork));
        assertThat(result("mylang", "y").kind()).isEqualTo(Result.Kind.IGNORED);
    }

    @Test
    void shouldLearnWhenRunsStartByTheClock() {
        repositories.schedules = List.of(new Schedule(Cron.parse("@daily"), ZoneOffset.UTC, List.of("bench")));
        push("mylang", "one", "");
        start();
        result("mylang", "one");
        assertThat(state.timetable("mylang").orElseThrow().entries()).hasSize(1);

        repositories.schedules = List.of();
        push("mylang", "two", "one");
        result("mylang", "two");
        assertThat(state.timetable("mylang").orElseThrow().entries()).isEmpty();
    }
}
