package dev.coil.worker;

import dev.coil.protocol.tuple.WorkerInfo;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** A worker, however it comes by its tasks. */
public interface FleetWorker extends AutoCloseable {

    /**
     * Starts to take tasks; returns when the worker is present. A worker that could not start needs no {@link #close()}.
     *
     * @throws IOException with what is missing: the directory is another's, or whom it works for is not there
     */
    void start() throws IOException, InterruptedException;

    /** As it announces itself at this moment. Its incarnation is empty where it has none, or does not know it. */
    WorkerInfo info();

    /** Takes no further tasks. The future completes when the last one has ended and its result is in the log. */
    CompletableFuture<Void> drain();

    /** Completes with a sentence if whom it works for lets it in no longer: it is of no use then. */
    CompletableFuture<String> shutOut();

    /** What its owner should know once it has started, a sentence each. */
    List<String> notices();

    /**
     * Of a process that ends without further ado, when nothing of the worker runs any more: gives back what it has, if whom it works for would
     * be long in finding out.
     */
    void depart() throws IOException, InterruptedException;

    /** Kills what runs and gives it back, so that it goes elsewhere at no charge, and leaves. */
    @Override
    void close();
}
