package dev.coil.ops.bench;

import dev.coil.protocol.event.Event;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** When the tasks of each project were seen to be started, in the time of {@link System#nanoTime()}. */
final class Starts {

    private final Map<String, List<Long>> byProject = new HashMap<>();

    synchronized void add(Event.TaskClaimed claim) {
        byProject.computeIfAbsent(claim.project(), project -> new ArrayList<>()).add(System.nanoTime());
        notifyAll();
    }

    synchronized int count(String project) {
        return byProject.getOrDefault(project, List.of()).size();
    }

    /** When the task of this number, from 1, was started; waits for it. */
    synchronized long await(String project, int number, long seconds) throws InterruptedException, TimeoutException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        while (count(project) < number) {
            long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
            if (left <= 0) {
                throw new TimeoutException("task " + number + " of " + project + " was not started within " + seconds
                        + " s: " + count(project) + " were");
            }
            wait(left);
        }
        return byProject.get(project).get(number - 1);
    }

    /** How many were started in each of so many equal parts of the time between two moments. */
    synchronized int[] histogram(String project, long from, long to, int parts) {
        var counts = new int[parts];
        Queue<Long> times = new ArrayDeque<>(byProject.getOrDefault(project, List.of()));
        for (var time = times.poll(); time != null; time = times.poll()) {
            long part = (time - from) * parts / Math.max(1, to - from);
            counts[(int) Math.max(0, Math.min(parts - 1, part))]++;
        }
        return counts;
    }
}
