package dev.coil.scheduler.turn;

import dev.coil.protocol.command.Command;
import dev.coil.protocol.control.Control;
import dev.coil.protocol.event.Event;
import dev.coil.protocol.graph.TaskRef;
import dev.coil.protocol.space.ReadyTask;
import dev.coil.protocol.space.Tombstone;

/** What the world is to be told. All effects of a batch are acknowledged before its state is stored. */
public sealed interface Effect {

    /** An event, with its sequence number and the log's time. */
    record Emit(long seq, long at, Event event) implements Effect {}

    /** A tuple for the space. */
    record Publish(ReadyTask task) implements Effect {}

    /** The end of a tuple. */
    record Withdraw(String family, TaskRef task, Tombstone tombstone) implements Effect {}

    /** An order to a worker. */
    record Order(Control.StopClaim stop) implements Effect {}

    /** A command that the owner writes to its own partition. */
    record Append(Command.OfOwner command) implements Effect {}
}
