package dev.coil.viewer.projection;

import dev.coil.protocol.graph.Need;
import java.util.Arrays;
import java.util.List;

/** The indexes of the tasks that must end before one; equal lists can be one object, for a barrier may need all the others. */
public final class Needs {

    private static final int[] NONE = {};

    private final int[] indexes;

    /** Those among them of which all that they generate is needed as well. */
    private final int[] generators;

    private Needs(int[] indexes, int[] generators) {
        this.indexes = indexes;
        this.generators = generators;
    }

    static Needs of(List<Need> needs) {
        var generators =
                needs.stream().filter(Need::generated).mapToInt(Need::task).toArray();
        return new Needs(needs.stream().mapToInt(Need::task).toArray(), generators.length == 0 ? NONE : generators);
    }

    /** The same tasks so many places further on. */
    Needs shifted(int places) {
        return new Needs(shifted(indexes, places), shifted(generators, places));
    }

    private static int[] shifted(int[] tasks, int places) {
        return Arrays.stream(tasks).map(task -> task + places).toArray();
    }

    /** The tasks of which all that they generate is needed as well. */
    public int[] generators() {
        return generators.length == 0 ? NONE : generators.clone();
    }

    public int size() {
        return indexes.length;
    }

    public int get(int i) {
        return indexes[i];
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Needs needs
                && Arrays.equals(indexes, needs.indexes)
                && Arrays.equals(generators, needs.generators);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(indexes);
    }
}
