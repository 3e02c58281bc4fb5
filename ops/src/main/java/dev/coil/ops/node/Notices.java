package dev.coil.ops.node;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the user of a node should know though it goes on: for the terminal and the node's log at once, and what lasts also for the API. */
public final class Notices {

    private final Consumer<String> terminal;
    private final List<String> lasting = new CopyOnWriteArrayList<>();

    /** @param terminal is told each, from any thread */
    public Notices(Consumer<String> terminal) {
        this.terminal = terminal;
    }

    /** For a node that nobody looks at. */
    static Notices toTheLog() {
        return new Notices(notice -> {});
    }

    /** Tells what has been put right. */
    void tell(String notice) {
        log().warn(notice);
        terminal.accept(notice);
    }

    /** Tells what stays so until somebody does something about it. */
    void warn(String notice) {
        lasting.add(notice);
        tell(notice);
    }

    /** What was {@linkplain #warn warned} of. */
    List<String> lasting() {
        return List.copyOf(lasting);
    }

    /** Asked for late: a short command has no use for all that comes with it. */
    private static Logger log() {
        return LoggerFactory.getLogger(Notices.class);
    }
}
