package dev.coil.worker;

import dev.coil.protocol.tuple.WorkerInfo;
import dev.coil.worker.host.Host;
import dev.coil.worker.host.TaskUser;
import dev.coil.worker.host.WorkerDirectory;
import dev.coil.worker.http.HttpClaims;
import dev.coil.worker.runner.Machine;
import dev.coil.worker.runner.ProcessRunner;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A worker that claims through a node over HTTP; what becomes of a task is the same as in a {@link Worker}. */
public final class HttpWorker implements FleetWorker {

    private static final Logger log = LoggerFactory.getLogger(HttpWorker.class);

    private final HttpWorkerConfig config;
    private final Deque<AutoCloseable> open = new ArrayDeque<>();
    private @Nullable WorkerInfo info;
    private volatile @Nullable HttpClaims claims;

    public HttpWorker(HttpWorkerConfig config) {
        this.config = config;
    }

    @Override
    public synchronized void start() throws IOException, InterruptedException {
        try {
            startParts();
        } catch (IOException | InterruptedException | RuntimeException e) {
            close();
            throw e;
        }
    }

    private void startParts() throws IOException, InterruptedException {
        var directory = opened(WorkerDirectory.open(config.directory()));
        var attributes = Host.attributes(
                directory.path(), config.labels(), config.limits().facts(config.facts()));
        var self = new WorkerInfo(
                config.name(),
                directory.workerId(),
                "",
                attributes,
                config.slots(),
                Version.text(),
                System.currentTimeMillis(),
                false,
                null,
                config.rules().isNone() ? null : config.rules(),
                null);
        info = self;
        var taking = new HttpClaims(config.node(), self);
        var runner = opened(ProcessRunner.open(
                directory,
                new Machine(config.name(), attributes, config.slots()),
                taking::address,
                taking.logs(),
                config.limits()));
        claims = opened(taking);
        taking.start(runner, directory, config.token());
        runner.watchHealth(taking::clockAhead, taking::unfit);
        log.info("worker {} offers {} slots of {} to {}", config.name(), config.slots(), attributes, config.node());
    }

    /** In this order, and closed in reverse. */
    private <T extends AutoCloseable> T opened(T part) {
        open.push(part);
        return part;
    }

    @Override
    public WorkerInfo info() {
        return Objects.requireNonNull(info, "the worker was not started");
    }

    @Override
    public List<String> notices() {
        var notices = new ArrayList<>(TaskUser.advice(config.limits().user()));
        notices.addAll(
                Objects.requireNonNull(claims, "the worker was not started").notices());
        return notices;
    }

    @Override
    public CompletableFuture<Void> drain() {
        return Objects.requireNonNull(claims, "the worker was not started").drain();
    }

    @Override
    public CompletableFuture<String> shutOut() {
        return Objects.requireNonNull(claims, "the worker was not started").shutOut();
    }

    @Override
    public void depart() throws IOException, InterruptedException {
        var taking = claims;
        if (taking != null) {
            taking.depart();
        }
    }

    @Override
    public synchronized void close() {
        for (var part = open.poll(); part != null; part = open.poll()) {
            try {
                part.close();
            } catch (Exception e) {
                log.warn("while stopping the worker: {}", e.toString());
            }
        }
    }
}
