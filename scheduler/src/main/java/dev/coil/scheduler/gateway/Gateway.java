package dev.coil.scheduler.gateway;

import com.linecorp.armeria.server.ServerBuilder;
import dev.coil.scheduler.access.Access;
import dev.coil.scheduler.access.AccessService;
import dev.coil.scheduler.blob.BlobReaper;
import dev.coil.scheduler.blob.BlobService;
import dev.coil.scheduler.blob.BlobStore;
import dev.coil.scheduler.blob.DiskBlobs;
import dev.coil.scheduler.blob.S3Blobs;
import dev.coil.scheduler.dispatch.Dispatch;
import dev.coil.scheduler.request.Requests;
import dev.coil.scheduler.source.SourceService;
import dev.coil.scheduler.source.SourceStore;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The write side of the HTTP API, as services of a server that others share. It holds no state that the logs do not have, but for
 * the blobs and sources in its directory.
 */
public final class Gateway implements AutoCloseable {

    private static final Duration REAP_PAUSE = Duration.ofMinutes(1);

    private final ExecutorService threads = Executors.newCachedThreadPool(new Threads());
    private final BlobStore blobs;
    private final Requests requests;
    private final Access access;
    private final boolean doors;
    private final AccessService accessService;
    private final Submissions submissions;
    private final RunOrders orders;
    private final PauseOrders pauses;
    private final GeneratedTasks generatedTasks;
    private final BlobService blobService;
    private final SourceService sourceService;
    private final @Nullable BlobReaper reaper;
    private final @Nullable Dispatch dispatch;

    /**
     * @throws dev.coil.protocol.log.KafkaUnusable if Kafka does not answer, or has not the topics
     * @throws UncheckedIOException if the directory or the bucket cannot be used
     */
    public Gateway(GatewayConfig config) {
        try {
            blobs = blobs(config);
            var sources = new SourceStore(
                    config.directory().resolve("sources"), blobs instanceof S3Blobs shared ? shared.bucket() : null);
            requests = new Requests(config.kafka(), config.answerTimeout());
            access = new Access(config.kafka());
            doors = config.doors();
            accessService = new AccessService(access, doors);
            var contexts = new GraphContexts(blobs);
            generatedTasks = new GeneratedTasks(contexts, blobs, requests);
            submissions = new Submissions(
                    sources, blobs, contexts, requests, config.answerTimeout().multipliedBy(2));
            orders = new RunOrders(requests);
            pauses = new PauseOrders(requests);
            blobService = new BlobService(blobs, threads);
            sourceService = new SourceService(sources, threads);
            reaper = config.blobGrace() == null
                    ? null
                    : new BlobReaper(
                            config.kafka(),
                            blobs,
                            config.artifacts(),
                            config.directory().resolve("unneeded-blobs"),
                            config.blobGrace(),
                            config.bucket() == null ? Duration.ZERO : config.blobGrace(),
                            REAP_PAUSE);
            dispatch = config.zookeeper() == null
                    ? null
                    : new Dispatch(config.kafka(), config.zookeeper(), requests, blobs, generatedTasks, access);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while starting", e);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot use " + config.directory() + ": " + e.getMessage(), e);
        }
    }

    private static BlobStore blobs(GatewayConfig config) throws IOException {
        if (config.bucket() == null) {
            return new DiskBlobs(config.directory().resolve("blobs"));
        }
        try {
            return S3Blobs.open(config.bucket(), config.directory().resolve("incoming"));
        } catch (IOException e) {
            throw new UncheckedIOException(e.getMessage(), e);
        }
    }

    /** Who may do what. */
    public Access access() {
        return access;
    }

    /** A blob from its beginning; {@code null} if it is not there. The caller closes it. */
    public @Nullable InputStream blob(String digest) throws IOException {
        var blob = blobs.open(digest).orElse(null);
        return blob == null ? null : blob.read(0, blob.size());
    }

    /** Whether only who has a key is to be let in. */
    public boolean hasDoors() {
        return doors;
    }

    /** Adds the services to a server. They set their own limits of size and time, whatever the server's are. */
    public void register(ServerBuilder server) {
        accessService.register(server);
        submissions.register(server);
        orders.register(server);
        pauses.register(server);
        generatedTasks.register(server);
        blobService.register(server);
        sourceService.register(server);
        if (dispatch != null) {
            dispatch.register(server);
        }
    }

    /** Ends what is under way; the server should have stopped before. */
    @Override
    public void close() {
        if (dispatch != null) {
            dispatch.close();
        }
        if (reaper != null) {
            reaper.close();
        }
        sourceService.close();
        blobService.close();
        requests.close();
        access.close();
        threads.shutdownNow();
        if (blobs instanceof S3Blobs shared) {
            shared.close();
        }
    }

    /** Daemons: a transfer that is under way keeps no process alive. */
    private static final class Threads implements ThreadFactory {

        private final AtomicInteger made = new AtomicInteger();

        @Override
        public Thread newThread(Runnable task) {
            var thread = new Thread(task, "coil-gateway-" + made.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        }
    }
}
