package dev.coil.viewer;

import com.linecorp.armeria.server.ServerBuilder;
import dev.coil.protocol.event.Event;
import dev.coil.protocol.event.EventRecord;
import dev.coil.protocol.log.EventTail;
import dev.coil.viewer.api.Api;
import dev.coil.viewer.live.Streams;
import dev.coil.viewer.logs.ForgottenLogs;
import dev.coil.viewer.logs.LogStore;
import dev.coil.viewer.logs.LogTail;
import dev.coil.viewer.pages.Pages;
import dev.coil.viewer.projection.Projection;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows the event and log topics, and serves what they tell: {@link #start()}, then {@link #register} with a server, and
 * {@link #close()} before that server stops, as streams to clients never end by themselves.
 */
public final class Viewer implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Viewer.class);

    private final ViewerConfig config;
    private final Path logDirectory;
    private final Projection projection = new Projection();
    private final LogStore logs;
    private final ForgottenLogs forgottenLogs;
    private final Streams streams = new Streams();
    private @Nullable EventTail events;
    private @Nullable LogTail logTail;

    public Viewer(ViewerConfig config) {
        this.config = config;
        logDirectory = config.directory().resolve("logs");
        logs = new LogStore(logDirectory, task -> projection.isForgotten(task.project(), task.run()));
        forgottenLogs = new ForgottenLogs(logs, logDirectory);
    }

    /** Begins to follow, and returns when everything that had happened is known. Logs may still be on their way. */
    public void start() throws IOException, InterruptedException {
        logTail = new LogTail(config.kafka(), logs, logDirectory);
        events = new EventTail(config.kafka(), EventTail.Start.BEGINNING, "viewer-events", this::apply, this::trimmed);
        events.awaitCaughtUp();
        forgottenLogs.sweep(projection::isForgotten);
        log.info("the viewer knows {} runs", projection.runs().size());
    }

    /** What the missing events would have told is that runs were forgotten. */
    private void trimmed(int partition, long seq) {
        projection.trimmed(partition, seq);
        forgottenLogs.sweep(projection::isForgotten);
    }

    private void apply(List<EventRecord> batch) {
        for (var record : batch) {
            projection.apply(record);
            if (record.event() instanceof Event.RunForgotten forgotten) {
                forgottenLogs.forget(forgotten.project(), forgotten.run());
            }
        }
    }

    /** Adds the API's read side and the pages. */
    public void register(ServerBuilder server) {
        new Api(projection, logs, streams, config.version(), config.warnings(), this::failure).register(server);
        new Pages(projection).register(server);
    }

    /** Why it no longer follows the events or the logs; {@code null} while it does. */
    public @Nullable RuntimeException failure() {
        var failure = events == null ? null : events.failure();
        return failure == null && logTail != null ? logTail.failure() : failure;
    }

    @Override
    public void close() throws IOException {
        streams.close();
        if (events != null) {
            events.close();
        }
        if (logTail != null) {
            logTail.close();
        }
        forgottenLogs.close();
    }
}
