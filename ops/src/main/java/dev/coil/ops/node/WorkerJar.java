package dev.coil.ops.node;

import com.linecorp.armeria.server.ServerBuilder;
import com.linecorp.armeria.server.file.HttpFile;
import java.util.Objects;

/** {@code /coil-worker.jar}: the worker over HTTP for machines that have a JVM, and nothing else of Coil. */
final class WorkerJar {

    private static final String RESOURCE = "dev/coil/ops/node/coil-worker.jar";

    private WorkerJar() {}

    static void register(ServerBuilder server) {
        var loader = Objects.requireNonNull(WorkerJar.class.getClassLoader());
        server.service("/coil-worker.jar", HttpFile.of(loader, RESOURCE).asService());
    }
}
