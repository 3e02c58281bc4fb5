package dev.coil.scheduler.resolver;

import dev.coil.protocol.command.Command;
import dev.coil.protocol.event.Event;
import dev.coil.protocol.event.Rejection;
import dev.coil.protocol.pause.Pause;
import dev.coil.protocol.pause.PauseScope;
import dev.coil.scheduler.turn.Turn;
import dev.coil.scheduler.window.Pauses;
import dev.coil.scheduler.window.Publication;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What operators pause and resume. Claims that were accepted before a pause go on; none is accepted during one. */
final class Pausing {

    private final Pauses pauses;
    private final Publication publication;

    Pausing(Pauses pauses, Publication publication) {
        this.pauses = pauses;
        this.publication = publication;
    }

    void pause(Turn turn, Command.Pause command) {
        var before = pauses.of(command.scope());
        long since = before == null ? turn.now() : before.since();
        long until = command.millis() == 0 ? 0 : turn.now() + command.millis();
        var pause = new Pause(command.scope(), command.reason(), command.by(), since, until, command.quarantine());
        if (!pause.equals(before)) {
            pauses.put(turn, pause);
            turn.emit(new Event.Paused(pause));
            changed(turn, pause.scope());
        }
        answer(turn, command.requestId(), null, "");
    }

    void resume(Turn turn, Command.Resume command) {
        var pause = pauses.of(command.scope());
        if (command.until() != 0) {
            if (pause != null && pause.until() == command.until()) {
                end(turn, command);
            }
            return;
        }
        if (pause == null) {
            answer(turn, command.requestId(), Rejection.NOT_PAUSED, notPaused(command.scope()));
            return;
        }
        end(turn, command);
        answer(turn, command.requestId(), null, "");
    }

    private void end(Turn turn, Command.Resume command) {
        pauses.remove(turn, command.scope());
        turn.emit(new Event.Resumed(command.scope(), command.by()));
        changed(turn, command.scope());
    }

    private String notPaused(PauseScope scope) {
        var others =
                pauses.all().stream().map(pause -> pause.scope().toString()).collect(Collectors.joining("; "));
        return scope + " is not paused" + (others.isEmpty() ? ": nothing is" : "; what is paused: " + others);
    }

    private void changed(Turn turn, PauseScope scope) {
        if (scope.kind() == PauseScope.Kind.WORKER) {
            publication.drainsChanged();
        } else {
            publication.pausesChanged(turn);
        }
    }

    private static void answer(Turn turn, String requestId, @Nullable Rejection rejection, String message) {
        turn.emit(new Event.RequestAnswered(requestId, "", 0, rejection, message));
    }
}
