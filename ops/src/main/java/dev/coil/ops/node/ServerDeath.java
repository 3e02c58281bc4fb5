package dev.coil.ops.node;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.kafka.common.utils.Exit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The end of a server within this process that cannot go on, as when it cannot write. By itself Kafka ends the process without a word, and
 * ZooKeeper stays there and does nothing.
 */
public final class ServerDeath {

    private static final long FULL_BYTES = 1 << 20;
    private static final long LOOK_NANOS = 1_000_000_000;
    private static final AtomicReference<@Nullable Listener> LISTENER = new AtomicReference<>();

    private record Listener(Path home, Supplier<Path> log, Consumer<String> hears) {}

    private ServerDeath() {}

    /**
     * Who hears of it, with what to tell the user, and ends the process. For the one node of a process.
     *
     * @param log where the user finds the node's log afterwards; asked when it has happened
     */
    public static void listen(Path home, Supplier<Path> log, Consumer<String> hears) {
        LISTENER.set(new Listener(home, log, hears));
        Exit.setExitProcedure((status, message) -> diedForGood("Kafka", message));
        Exit.setHaltProcedure((status, message) -> diedForGood("Kafka", message));
    }

    /** Kafka's threads must not go on behind the point at which they meant to end the process. */
    private static void diedForGood(String server, @Nullable String message) {
        if (message != null) {
            log().error("{} ends: {}", server, message);
        }
        died(server);
        while (true) {
            LockSupport.park();
        }
    }

    static void died(String server) {
        log().error("{} cannot go on", server);
        tell(listener -> explain(server, listener));
    }

    /** Looks every second whether the node has lost the events, without which it would serve nothing but errors. */
    static void watch(Supplier<@Nullable RuntimeException> failure) {
        if (LISTENER.get() == null) {
            return;
        }
        var thread = new Thread(
                () -> {
                    while (failure.get() == null) {
                        LockSupport.parkNanos(LOOK_NANOS);
                    }
                    tell(listener -> StartFailures.explainEnd("the node", failure.get()));
                },
                "vital-signs");
        thread.setDaemon(true);
        thread.start();
    }

    private static void tell(Function<Listener, String> message) {
        var listener = LISTENER.get();
        if (listener != null) {
            listener.hears().accept(message.apply(listener));
        }
    }

    private static String explain(String server, Listener listener) {
        var home = listener.home();
        if (isFull(home)) {
            return "the disk of " + home + " is full, and " + server + " cannot go on: make room and start again";
        }
        return server + " cannot go on with its data in " + home + "; "
                + listener.log().get() + " says why";
    }

    /** Asked for late: a short command has no use for all that comes with it. */
    private static Logger log() {
        return LoggerFactory.getLogger(ServerDeath.class);
    }

    private static boolean isFull(Path home) {
        try {
            return Files.getFileStore(home).getUsableSpace() < FULL_BYTES;
        } catch (IOException e) {
            return false;
        }
    }
}
