package dev.coil.viewer.live;

import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.ResponseHeaders;
import com.linecorp.armeria.server.ServiceRequestContext;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** All streamed responses. Those that wait for something new are asked ten times a second, which is also what coalesces changes. */
public final class Streams implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Streams.class);
    private static final long TICK_MILLIS = 100;

    private final Set<Outlet> outlets = ConcurrentHashMap.newKeySet();
    private final ScheduledExecutorService executor;

    public Streams() {
        var threads = new ScheduledThreadPoolExecutor(2, task -> {
            var thread = new Thread(task, "viewer-streams");
            thread.setDaemon(true);
            return thread;
        });
        threads.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        threads.scheduleAtFixedRate(this::tick, TICK_MILLIS, TICK_MILLIS, TimeUnit.MILLISECONDS);
        executor = threads;
    }

    /** Answers with what the feed gives, for as long as it goes on and the client stays. */
    public HttpResponse open(ServiceRequestContext context, ResponseHeaders headers, Feed feed) {
        context.clearRequestTimeout();
        var writer = HttpResponse.streaming();
        writer.write(headers);
        var outlet = new Outlet(writer, feed, executor);
        outlets.add(outlet);
        writer.whenComplete().handle((nothing, failure) -> {
            outlets.remove(outlet);
            outlet.close();
            return null;
        });
        executor.execute(outlet::tick);
        return writer;
    }

    private void tick() {
        for (var outlet : outlets) {
            try {
                outlet.tick();
            } catch (RuntimeException e) {
                log.error("a stream failed", e);
                outlet.end();
            }
        }
    }

    /** How many responses are open. */
    public int size() {
        return outlets.size();
    }

    @Override
    public void close() {
        executor.shutdown();
        outlets.forEach(Outlet::end);
    }
}
