package dev.coil.scheduler.resolver;

import dev.coil.protocol.command.Command;
import dev.coil.scheduler.presence.Absentees;
import dev.coil.scheduler.presence.RollCall;
import dev.coil.scheduler.state.Meta;
import dev.coil.scheduler.state.Table;
import dev.coil.scheduler.state.Timer;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** As {@code Upkeep}: what an owner says of itself, again until the state agrees. */
final class ModelUpkeep {

    private static final long AGAIN_MILLIS = 3_000;

    private final ModelFleet fleet;
    private final ModelOwner owner;
    private final Absentees absentees;
    private final RollCall rollCall;
    private final Map<String, Long> said = new HashMap<>();

    ModelUpkeep(ModelFleet fleet, ModelOwner owner) {
        this.fleet = fleet;
        this.owner = owner;
        absentees = new Absentees(owner.workers().all().values());
        rollCall = new RollCall(owner.workers());
    }

    void awoke() {
        absentees.awoke(nanos());
    }

    private long nanos() {
        return TimeUnit.MILLISECONDS.toNanos(fleet.now);
    }

    void run() {
        said.values().removeIf(at -> fleet.now - at > AGAIN_MILLIS);
        var picture = fleet.keeper.picture();
        boolean begun = Meta.CHANGES_TOLD.get(owner.state) != 0;
        for (var change : rollCall.look(owner.epoch(), picture, begun, nanos())) {
            if (fleet.random.nextInt(10) > 0) {
                fleet.logs.append(change);
            }
        }
        for (var lost : absentees.look(picture, owner.holders(), nanos())) {
            fleet.keeper.checkLost(lost.incarnation(), lost.reason().contains("restarted"));
            say(lost.incarnation(), new Command.LoseWorker(owner.epoch(), lost.incarnation(), lost.reason()));
        }
        long ahead = Math.max(0, Meta.CLOCK.get(owner.state) - Meta.APPENDED.get(owner.state));
        owner.state.scan(Table.TIMERS, new byte[0], (key, due) -> {
            if (due > fleet.logs.now + ahead) {
                return false;
            }
            var timer = Timer.ofKey(key).id();
            say(timer, new Command.FireTimer(owner.epoch(), timer));
            return true;
        });
    }

    private void say(String id, Command command) {
        if (said.putIfAbsent(id, fleet.now) == null) {
            fleet.logs.append(command);
        }
    }
}
