package dev.coil.ops.node;

import dev.coil.ops.damage.Damage;
import dev.coil.ops.damage.KafkaFiles;
import dev.coil.ops.files.FileTree;
import dev.coil.protocol.log.Topics;
import dev.coil.worker.program.Reason;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What becomes of damaged files of Kafka. Before the broker starts: what is made anew anyway is removed, what it would append to behind
 * the damage is refused, of the rest the user is told. What is too much to be read by then is read slowly while the node runs.
 */
final class DataCheck implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(DataCheck.class);

    /** Slow enough for an old disk not to notice, in bytes a second. */
    private static final long RATE = 8L << 20;

    private static final double NANOS = 1e9;

    private final NodeHome home;
    private final KafkaFiles files;
    private final Notices notices;
    private final Thread thread = new Thread(this::readRest, "data-check");
    private volatile boolean closed;

    private DataCheck(NodeHome home, KafkaFiles files, Notices notices) {
        this.home = home;
        this.files = files;
        this.notices = notices;
        thread.setDaemon(true);
    }

    static DataCheck of(NodeHome home, Notices notices) {
        try {
            return new DataCheck(home, new KafkaFiles(home.kafka()), notices);
        } catch (IOException e) {
            throw new NodeStartException("cannot read Kafka's data: " + Reason.of(e), e);
        }
    }

    /** @throws NodeStartException if a broker must not write behind what is damaged */
    void beforeStart() {
        try {
            long from = System.nanoTime();
            for (var damage : files.look()) {
                handle(damage);
            }
            log.info("looked at Kafka's files for {} ms", (System.nanoTime() - from) / 1_000_000);
        } catch (UncheckedIOException e) {
            throw new NodeStartException("cannot read Kafka's data: " + Reason.of(e.getCause()), e);
        } catch (IOException e) {
            throw new NodeStartException("cannot read Kafka's data: " + Reason.of(e), e);
        }
    }

    private void handle(Damage damage) {
        switch (damage.topic()) {
            case Topics.COMMANDS -> {
                if (damage.atTheEnd()) {
                    throw new NodeStartException(
                            damage + ": its last records cannot be read. " + StartFailures.RESTORE_OR_FORGET);
                }
                notices.warn(advice(damage));
            }
            case Topics.EVENTS, Topics.ACCESS -> throw new NodeStartException(advice(damage));
            case Topics.LOGS -> {
                if (damage.atTheEnd()) {
                    throw new NodeStartException(advice(damage));
                }
                notices.warn(advice(damage));
            }
            case Topics.CHECKPOINTS -> {
                if (damage.atTheEnd()) {
                    haveEndCut(damage);
                } else {
                    notices.warn(advice(damage));
                }
            }
            default -> {
                // Its owner says again what is ready; orders are for those who were there.
                FileTree.delete(damage.partition());
                notices.tell(damage + "; it is made anew from the state, and nothing is lost");
            }
        }
    }

    /** What is lost with it is at most the newest checkpoint. */
    private void haveEndCut(Damage damage) {
        try {
            files.haveEndsCut();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        notices.tell(damage + "; it is cut off, and what is lost with it is written again");
    }

    private String advice(Damage damage) {
        return switch (damage.topic()) {
            case Topics.COMMANDS ->
                damage + ". The node goes on with the state in " + home.scheduler()
                        + ", which cannot be made anew from the commands any more: stop the node and restore"
                        + " Kafka's data from a copy if you have one, else keep a copy of " + home.directory();
            case Topics.CHECKPOINTS ->
                damage + ". The node goes on with the state in " + home.scheduler()
                        + ", and has a new checkpoint written in time; do not remove that directory until this is no longer told";
            case Topics.EVENTS -> damage + ". " + StartFailures.REPAIR_EVENTS;
            case Topics.ACCESS ->
                damage + ". Who has a key stands there alone: restore Kafka's data from a copy; or remove "
                        + damage.partition() + ", and everybody, and every worker, needs a new token";
            case Topics.LOGS -> damage + ". 'coil up --repair' removes it; what pages show of the tasks' output stays";
            default -> damage + ". 'coil up --repair' makes it anew";
        };
    }

    /** Begins to read what was not looked at before the start. */
    void readSlowly() {
        thread.start();
    }

    private void readRest() {
        try {
            for (var damage : files.readRest(this::takeTime)) {
                notices.warn(advice(damage));
            }
            log.info("Kafka's files, as they were at the start, have been read");
        } catch (Closed e) {
            log.debug("stopped reading Kafka's files");
        } catch (IOException | RuntimeException e) {
            log.warn("cannot read Kafka's files to the end: {}", e.toString());
        }
    }

    private void takeTime(long bytes) {
        LockSupport.parkNanos((long) (bytes * NANOS / RATE));
        if (closed) {
            throw new Closed();
        }
    }

    private static final class Closed extends RuntimeException {
        private static final long serialVersionUID = 1;
    }

    @Override
    public void close() throws InterruptedException {
        closed = true;
        LockSupport.unpark(thread);
        thread.join(1_000);
    }
}
