package dev.coil.ops.bench;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * A figure that was taken several times.
 *
 * @param cold the first, in a process that has just started
 * @param warm the median of those after the warm-up
 * @param all after the warm-up, in the order they were taken
 */
record Repetitions(double cold, double warm, List<Double> all) {

    @FunctionalInterface
    interface Measurement {
        double take() throws Exception;
    }

    static Repetitions of(int warmups, int count, Measurement measurement) throws Exception {
        double cold = measurement.take();
        for (int i = 1; i < warmups; i++) {
            measurement.take();
        }
        var all = new ArrayList<Double>();
        for (int i = 0; i < count; i++) {
            all.add(measurement.take());
        }
        return new Repetitions(cold, median(all), List.copyOf(all));
    }

    static double median(List<Double> values) {
        var sorted = new ArrayList<>(values);
        Collections.sort(sorted);
        int half = sorted.size() / 2;
        return sorted.size() % 2 == 1 ? sorted.get(half) : (sorted.get(half - 1) + sorted.get(half)) / 2;
    }
}
