package dev.coil.viewer;

import com.linecorp.armeria.server.ServerBuilder;
import dev.coil.protocol.event.Event;
import dev.coil.protocol.event.EventRecord;
import dev.coil.protocol.log.EventTail;
import dev.coil.protocol.log.KafkaSettings;
import dev.coil.protocol.log.ProjectTable;
import dev.coil.protocol.seal.Seal;
import dev.coil.viewer.api.Api;
import dev.coil.viewer.archive.ArchiveLimits;
import dev.coil.viewer.archive.Archives;
import dev.coil.viewer.live.Streams;
import dev.coil.viewer.logs.ForgottenLogs;
import dev.coil.viewer.logs.LogStore;
import dev.coil.viewer.logs.LogTail;
import dev.coil.viewer.notify.Failures;
import dev.coil.viewer.notify.Notifier;
import dev.coil.viewer.notify.SetUpProjects;
import dev.coil.viewer.notify.ToldJournal;
import dev.coil.viewer.pages.Pages;
import dev.coil.viewer.projection.Projection;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows the event and log topics, and serves what they tell: {@link #start()}, then {@link #register} with a server, and
 * {@link #close()} before that server stops, as streams to clients never end by themselves.
 */
public final class Viewer implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Viewer.class);

    private static final Duration CONNECT = Duration.ofSeconds(10);

    private final ViewerConfig config;
    private final Path logDirectory;
    private final Projection projection;
    private final LogStore logs;
    private final ForgottenLogs forgottenLogs;
    private final Archives archives;
    private final Streams streams = new Streams();
    private @Nullable EventTail events;
    private @Nullable LogTail logTail;
    private @Nullable ProjectTable projects;
    private @Nullable ToldJournal told;
    private @Nullable Notifier notifier;

    /** @throws IOException if its directory cannot be written */
    public Viewer(ViewerConfig config) throws IOException {
        this.config = config;
        projection = new Projection(config.retention());
        logDirectory = config.directory().resolve("logs");
        logs = new LogStore(logDirectory, task -> projection.isForgotten(task.project(), task.run()));
        forgottenLogs = new ForgottenLogs(logs, logDirectory);
        archives = new Archives(config.artifacts(), config.directory().resolve("artifacts"), ArchiveLimits.STANDARD);
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
        new Api(projection, logs, archives, streams, config.version(), config.warnings(), this::failure)
                .register(server);
        new Pages(projection).register(server);
    }

    /**
     * Tells forges what becomes of runs, for as long as it is open; does nothing if it does so already. Returns when it is known what they were told.
     *
     * @param seal opens the tokens of projects
     * @param pages the base URL of the pages, for who sees the forge
     * @param failures what could not become a run
     * @param leads whether this is the one of several nodes that does it
     */
    public void tellForges(KafkaSettings kafka, Seal seal, URI pages, Failures failures, BooleanSupplier leads)
            throws InterruptedException {
        if (notifier != null) {
            return;
        }
        projects = new ProjectTable(kafka);
        told = new ToldJournal(kafka, InstantSource.system());
        var client = HttpClient.newBuilder()
                .connectTimeout(CONNECT)
                .followRedirects(HttpClient.Redirect.NEVER)
                .build();
        notifier = new Notifier(projection, new SetUpProjects(projects, seal, pages), failures, told, leads, client);
        notifier.start();
    }

    /** Why it no longer follows the events or the logs; {@code null} while it does. */
    public @Nullable RuntimeException failure() {
        var failure = events == null ? null : events.failure();
        return failure == null && logTail != null ? logTail.failure() : failure;
    }

    @Override
    public void close() throws IOException {
        if (notifier != null) {
            notifier.close();
        }
        if (told != null) {
            told.close();
        }
        if (projects != null) {
            projects.close();
        }
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
