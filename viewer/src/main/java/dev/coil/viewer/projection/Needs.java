package dev.coil.viewer.projection;

import dev.coil.protocol.graph.Need;
import java.util.Arrays;
import java.util.List;

/** The indexes of the tasks that must end before one; equal lists can be one object, for a barrier may need all the others. */
public final class Needs {

    private final int[] indexes;

    private Needs(int[] indexes) {
        this.indexes = indexes;
    }

    static Needs of(List<Need> needs) {
        return new Needs(needs.stream().mapToInt(Need::task).toArray());
    }

    public int size() {
        return indexes.length;
    }

    public int get(int i) {
        return indexes[i];
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Needs needs && Arrays.equals(indexes, needs.indexes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(indexes);
    }
}
