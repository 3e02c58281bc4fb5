package dev.coil.scheduler.resolver;

import dev.coil.protocol.graph.Concurrency;
import dev.coil.scheduler.state.GroupMember;
import dev.coil.scheduler.state.Keys;
import dev.coil.scheduler.state.Meta;
import dev.coil.scheduler.state.Table;
import dev.coil.scheduler.turn.Turn;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The places of concurrency groups: who has one, and who waits for one, in the order in which they came. */
final class Places {

    private Places() {}

    /** Gives a place to a newcomer, if one is free and nobody waits for it; else a place in line. Returns whether it has a place. */
    static boolean enter(Turn turn, byte[] group, Concurrency limit, long serial, int task) {
        if (take(turn, group, limit, serial, task)) {
            return true;
        }
        var key = Keys.inLine(group, Meta.TURN.next(turn.state()));
        turn.state().put(Table.IN_LINE, key, new GroupMember(serial, task, limit.max()));
        return false;
    }

    /** Gives a place to a newcomer, if one is free and nobody waits for it. Returns whether it has one. */
    static boolean take(Turn turn, byte[] group, Concurrency limit, long serial, int task) {
        if (isWaitedFor(turn, group) || holders(turn, group, limit.max()).size() >= limit.max()) {
            return false;
        }
        turn.state().put(Table.PLACES, Keys.holder(group, serial, task), turn.now());
        return true;
    }

    private static boolean isWaitedFor(Turn turn, byte[] group) {
        boolean[] any = {false};
        turn.state().scan(Table.IN_LINE, group, (key, member) -> {
            any[0] = true;
            return false;
        });
        return any[0];
    }

    /** Those who have a place, at most {@code most} of them. */
    static List<GroupMember> holders(Turn turn, byte[] group, int most) {
        var holders = new ArrayList<GroupMember>();
        turn.state().scan(Table.PLACES, group, (key, since) -> {
            holders.add(new GroupMember(Keys.serial(key), Keys.last(key), 0));
            return holders.size() < most;
        });
        return holders;
    }

    /** Those who wait for a place, and some who have given up. */
    static List<GroupMember> inLine(Turn turn, byte[] group) {
        var waiting = new ArrayList<GroupMember>();
        turn.state().scan(Table.IN_LINE, group, (key, member) -> waiting.add(member));
        return waiting;
    }

    static void leave(Turn turn, byte[] group, long serial, int task) {
        turn.state().delete(Table.PLACES, Keys.holder(group, serial, task));
    }

    /** Gives a free place to the first in line. {@code null} if none is free, or nobody waits. */
    static @Nullable GroupMember advance(Turn turn, byte[] group) {
        record Head(byte[] key, GroupMember member) {}
        var head = new ArrayList<Head>();
        turn.state().scan(Table.IN_LINE, group, (key, member) -> {
            head.add(new Head(key, member));
            return false;
        });
        if (head.isEmpty()) {
            return null;
        }
        var first = head.get(0).member();
        if (turn.state().get(Table.PLACES, Keys.holder(group, first.serial(), first.task())) != null) {
            // It was cancelled in line, run again, and got in line once more: it has its place already.
            turn.state().delete(Table.IN_LINE, head.get(0).key());
            return advance(turn, group);
        }
        if (holders(turn, group, first.max()).size() >= first.max()) {
            return null;
        }
        turn.state().delete(Table.IN_LINE, head.get(0).key());
        turn.state().put(Table.PLACES, Keys.holder(group, first.serial(), first.task()), turn.now());
        return first;
    }
}
