package dev.coil.ops.worker;

import dev.coil.protocol.log.KafkaSettings;
import dev.coil.worker.Worker;
import dev.coil.worker.WorkerConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;

/** A worker in a program of its own, which can be killed. */
final class WorkerProcess {

    private WorkerProcess() {}

    public static void main(String[] args) throws Exception {
        var config = new WorkerConfig(
                KafkaSettings.single(args[0]), args[1], Path.of(args[2]), args[3], 1, Set.of(), Map.of(), null);
        var worker = new Worker(config);
        worker.start();
        new CountDownLatch(1).await();
    }

    /** Starts one with this configuration. */
    static Process start(WorkerConfig config) throws IOException {
        var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        return new ProcessBuilder(List.of(
                        java,
                        "-Xmx256m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        WorkerProcess.class.getName(),
                        config.kafka().bootstrapServers(),
                        config.zookeeper(),
                        config.directory().toString(),
                        config.name()))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
    }
}
