package dev.coil.viewer.notify;

import static dev.coil.viewer.notify.Runs.task;
import static org.assertj.core.api.Assertions.assertThat;

import dev.coil.protocol.graph.Outcome;
import dev.coil.protocol.project.ForgeKind;
import dev.coil.viewer.forge.FakeForge.Status;
import dev.coil.viewer.forge.Trouble;
import dev.coil.viewer.projection.RunState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/** Many changes of many runs in a random order, told to a forge that fails a tenth of the calls, by notifiers that are restarted now and then. */
final class FailingForge {

    private static final Set<String> FINAL = Set.of("success", "failure", "failed", "error", "canceled");
    private static final List<Outcome> OUTCOMES =
            List.of(Outcome.SUCCESS, Outcome.SUCCESS, Outcome.FAILURE, Outcome.ERROR, Outcome.CANCELLED);

    private final long seed = new Random().nextLong();
    private final Random random = new Random(seed);
    private final ForgeKind kind;
    private final int changes;
    private final int commits;
    private final Map<Integer, Outcome> outcomes = new HashMap<>();

    FailingForge(ForgeKind kind, int changes, int commits) {
        this.kind = kind;
        this.changes = changes;
        this.commits = commits;
    }

    private static String commit(int number) {
        return String.format("%040x", number);
    }

    void shouldKnowEachOutcomeOnce() throws Exception {
        try (var notifications = new Notifications(kind)) {
            notifications.forge.trouble(
                    0.1,
                    seed,
                    Trouble.BROKEN,
                    Trouble.LIMITED_403,
                    Trouble.LIMITED_429,
                    Trouble.GARBAGE,
                    Trouble.BREAKS_OFF);
            play(notifications);
            notifications.settle();
            check(notifications);
        }
    }

    private void play(Notifications notifications) throws Exception {
        var runs = notifications.runs;
        var going = new ArrayList<RunState>();
        int steps = changes / commits;
        var left = new HashMap<Integer, Integer>();
        for (int number = 1; number <= commits; number++) {
            going.add(runs.push("mylang", number, commit(number), task("a"), task("b")));
            left.put(number, steps);
        }
        while (!going.isEmpty()) {
            int at = random.nextInt(going.size());
            var run = going.get(at);
            int step = left.merge(run.number(), -1, Integer::sum);
            switch (step) {
                case 3 -> runs.start(run, 0);
                case 2 -> runs.end(run, 0, Outcome.SUCCESS);
                case 1 -> runs.start(run, 1);
                default -> {
                    var outcome = OUTCOMES.get(random.nextInt(OUTCOMES.size()));
                    outcomes.put(run.number(), outcome);
                    runs.end(run, 1, outcome);
                    runs.known(run, outcome);
                    runs.finish(run, outcome);
                    going.remove(at);
                }
            }
            if (random.nextInt(3) == 0) {
                notifications.turnAfter(Duration.ofMillis(random.nextInt(3_000)));
            }
            if (random.nextInt(50) == 0) {
                notifications.notifier.close();
                notifications.notifier = notifications.another();
            }
        }
    }

    private void check(Notifications notifications) {
        var words = Map.of(
                Outcome.SUCCESS, "success",
                Outcome.FAILURE, kind == ForgeKind.GITLAB ? "failed" : "failure",
                Outcome.ERROR, kind == ForgeKind.GITLAB ? "failed" : "error",
                Outcome.CANCELLED, kind == ForgeKind.GITLAB ? "canceled" : "error");
        var forge = notifications.forge;
        for (int number = 1; number <= commits; number++) {
            var commit = commit(number);
            var ends = forge.statuses().stream()
                    .filter(status -> status.commit().equals(commit) && FINAL.contains(status.state()))
                    .toList();
            assertThat(ends).as("%s, seed %d", commit, seed).hasSize(1);
            assertThat(forge.status(commit, "coil/mylang/push"))
                    .as("%s, seed %d", commit, seed)
                    .isEqualTo(ends.get(0))
                    .extracting(Status::state)
                    .isEqualTo(words.get(outcomes.get(number)));
        }
        assertThat(forge.complaints()).as("seed %d", seed).isEmpty();
        assertThat(forge.strays()).isZero();
    }
}
