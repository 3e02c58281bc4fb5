package dev.coil.ops.cli;

import dev.coil.ops.progress.Verdict;
import dev.coil.worker.program.Interrupts;

/** How the program ends. {@code docs/cli.md} shows the same as a table. */
final class ExitCodes {

    static final int OK = 0;
    /** A task failed, and nothing else is said with this. */
    static final int TASK_FAILED = 1;
    /** The command line or the graph is wrong. */
    static final int USAGE = 2;
    /** Coil's own fault, or the infrastructure's. */
    static final int ERROR = 3;

    static final int NOT_ALLOWED = 4;
    static final int STILL_RUNNING = 8;
    static final int TIMED_OUT = 124;
    static final int INTERRUPTED = Interrupts.INTERRUPTED;
    static final int TERMINATED = Interrupts.TERMINATED;

    private ExitCodes() {}

    /** Of a run. */
    static int of(Verdict verdict) {
        return switch (verdict) {
            case RUNNING -> STILL_RUNNING;
            case CANCELLED, PARTLY_CANCELLED -> INTERRUPTED;
            case FAILED -> TASK_FAILED;
            case TIMED_OUT -> TIMED_OUT;
            case BROKEN, NOTHING_RAN, INCOMPLETE -> ERROR;
            case PASSED -> OK;
        };
    }

    /** Of a request that a node refused with an HTTP status. */
    static int ofStatus(int status) {
        return switch (status) {
            case 400, 404, 409, 410, 413, 422 -> USAGE;
            case 401, 403 -> NOT_ALLOWED;
            default -> ERROR;
        };
    }
}
