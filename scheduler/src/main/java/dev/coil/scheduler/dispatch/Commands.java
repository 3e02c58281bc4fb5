package dev.coil.scheduler.dispatch;

import dev.coil.protocol.command.Command;
import java.util.concurrent.CompletableFuture;

/** Appends to the command log, keeping the order of each project's. */
@FunctionalInterface
interface Commands {

    /** The future completes with the record's offset, or exceptionally if it may not be there. */
    CompletableFuture<Long> append(Command.OfProject command);
}
