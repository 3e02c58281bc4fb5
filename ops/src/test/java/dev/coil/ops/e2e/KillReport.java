package dev.coil.ops.e2e;

import dev.coil.protocol.event.Event;
import dev.coil.protocol.event.EventRecord;
import dev.coil.protocol.graph.Outcome;
import dev.coil.protocol.log.EventTail;
import dev.coil.protocol.log.KafkaSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;

/**
 * What became of a run's tasks, by two witnesses that know nothing of each other: the event log, and the files that the tasks wrote.
 *
 * @param lost tasks without an accepted result, or with one of which there is no file
 * @param doubled tasks with more than one accepted result
 * @param wrong tasks that did not succeed
 * @param again executions beyond the first of their task, after a kill
 * @param recoveryMillis for each blow, until the last task that its victim held was running elsewhere or had ended
 */
record KillReport(
        int tasks,
        TreeSet<Integer> lost,
        TreeSet<Integer> doubled,
        TreeSet<Integer> wrong,
        int again,
        List<Long> recoveryMillis) {

    /** @param at milliseconds since the epoch */
    record Blow(String what, String victim, long at) {}

    /** @param ledger where each execution of task N wrote a line {@code end N} */
    static KillReport of(String kafka, int tasks, Path ledger, List<Blow> blows) throws Exception {
        var events = read(kafka);
        var results = new HashMap<Integer, Integer>();
        var wrong = new TreeSet<Integer>();
        for (var event : events) {
            if (event.event() instanceof Event.TaskFinished finished) {
                results.merge(finished.task(), 1, Integer::sum);
                if (finished.outcome() != Outcome.SUCCESS) {
                    wrong.add(finished.task());
                }
            }
        }
        var ends = ends(ledger);
        var lost = new TreeSet<Integer>();
        var doubled = new TreeSet<Integer>();
        for (int task = 0; task < tasks; task++) {
            if (!results.containsKey(task) || !ends.containsKey(task)) {
                lost.add(task);
            }
            if (results.getOrDefault(task, 0) > 1) {
                doubled.add(task);
            }
        }
        int executions = ends.values().stream().mapToInt(Integer::intValue).sum();
        var recovery =
                blows.stream().map(blow -> recovery(blow, events)).sorted().toList();
        return new KillReport(tasks, lost, doubled, wrong, executions - ends.size(), recovery);
    }

    private static List<EventRecord> read(String kafka) throws Exception {
        var events = new CopyOnWriteArrayList<EventRecord>();
        try (var tail =
                new EventTail(KafkaSettings.single(kafka), EventTail.Start.BEGINNING, "kill-test", events::addAll)) {
            tail.awaitCaughtUp();
        }
        return events;
    }

    private static Map<Integer, Integer> ends(Path ledger) throws IOException {
        return Files.readAllLines(ledger).stream()
                .filter(line -> line.startsWith("end "))
                .collect(Collectors.toMap(line -> Integer.parseInt(line.split(" ")[1]), line -> 1, Integer::sum));
    }

    /** By the log's clock, which here is the machine's. */
    private static long recovery(Blow blow, List<EventRecord> events) {
        var held = new TreeSet<Integer>();
        long recovered = blow.at();
        for (var record : events) {
            boolean before = record.at() < blow.at();
            if (record.event() instanceof Event.TaskClaimed claimed) {
                if (before && claimed.worker().equals(blow.victim())) {
                    held.add(claimed.task());
                } else if (held.remove(claimed.task()) && !before) {
                    recovered = record.at();
                }
            } else if (record.event() instanceof Event.TaskFinished finished
                    && held.remove(finished.task())
                    && !before) {
                recovered = record.at();
            }
        }
        return recovered - blow.at();
    }

    @Override
    public String toString() {
        var text = new ArrayList<String>();
        text.add(String.format(
                Locale.ROOT,
                "kill-test: %,d tasks, %d blows: lost %d, doubled %d, not passed %d, run again %d",
                tasks,
                recoveryMillis.size(),
                lost.size(),
                doubled.size(),
                wrong.size(),
                again));
        if (!recoveryMillis.isEmpty()) {
            text.add(String.format(
                    Locale.ROOT,
                    "kill-test: until what the victim held ran elsewhere or had ended: median %.1f s, most %.1f s",
                    recoveryMillis.get(recoveryMillis.size() / 2) / 1000.0,
                    recoveryMillis.get(recoveryMillis.size() - 1) / 1000.0));
        }
        return String.join("\n", text);
    }
}
