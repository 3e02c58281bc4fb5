package dev.coil.ops.worker;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * A kind of worker that speaks HTTP: the shell worker in one of the shells that it must run in, or the one in a JVM.
 *
 * @param name the shell, or {@code jvm}
 */
record WorkerKind(String name) {

    static final WorkerKind DASH = new WorkerKind("dash");
    static final WorkerKind JVM = new WorkerKind("jvm");

    /** One of each program. */
    static final List<WorkerKind> PROGRAMS = List.of(DASH, JVM);

    static final List<WorkerKind> ALL = Stream.concat(
                    Stream.of(JVM), ShellWorker.SHELLS.stream().map(WorkerKind::new))
            .toList();

    private static final int TERMINATED = 143;

    /** @param place its directory, whose name is the worker's */
    WorkerUnderTest start(URI node, Path place, String... options) {
        return isShell()
                ? ShellWorker.start(name, node, place, options)
                : JvmWorker.start(node, place, List.of(options));
    }

    /** Whether it is {@code worker.sh}. */
    boolean isShell() {
        return !equals(JVM);
    }

    /** What names of files and labels have of it. */
    String label() {
        return ShellWorker.label(name);
    }

    /** With what it leaves once it is drained: the shell worker has a signal for that alone. */
    int drainedCode() {
        return isShell() ? 0 : TERMINATED;
    }

    int terminatedCode() {
        return TERMINATED;
    }

    @Override
    public String toString() {
        return name;
    }
}
