package dev.coil.protocol.space;

import dev.coil.protocol.tuple.Quantities;

/**
 * One reason why a worker that could take a task has no room for it now.
 *
 * @param wanted what the task takes
 * @param left what is left of it; of {@link Kind#COMPANY} how many tasks run
 * @param whole what the worker has
 */
public record Full(Kind kind, long wanted, long left, long whole) {

    /** Of what there is too little. */
    public enum Kind {
        SLOTS,
        MEMORY,
        DISK,
        /** The task wants the machine to itself, and others are on it. */
        COMPANY
    }

    /** For a person, behind a worker's name: {@code has 1 of 4 slots free (the task takes 2)}. */
    public String describe() {
        return switch (kind) {
            case SLOTS -> "has " + left + " of " + whole + " slots free (the task takes " + wanted + ")";
            case MEMORY, DISK ->
                "has " + Quantities.gibibytes(left) + " of " + Quantities.gibibytes(whole) + " of "
                        + (kind == Kind.MEMORY ? "memory" : "disk") + " left (the task takes "
                        + Quantities.gibibytes(wanted) + ")";
            case COMPANY ->
                "runs " + left + (left == 1 ? " other task" : " other tasks")
                        + " (the task takes the machine to itself)";
        };
    }
}
