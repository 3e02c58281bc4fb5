package dev.coil.scheduler.resolver;

import dev.coil.protocol.command.Command;
import dev.coil.scheduler.state.Meta;
import dev.coil.scheduler.state.State;
import dev.coil.scheduler.turn.Turn;

/**
 * The versions of the rules of the fold. A change by which old commands would come to another state, or to other events, is a new
 * version: whoever makes it raises {@link #NEWEST} and asks {@link #of} before it does the new thing, and the old thing stays for the
 * commands before. {@code SwitchRules} in the log says from where on.
 */
public final class Rules {

    /** The newest version that this program knows; it knows all before it. */
    public static final int NEWEST = 1;

    /** Of the commands before the first switch. */
    private static final int FIRST = 1;

    private final int known;

    /** @param known the newest version that counts as known */
    Rules(int known) {
        this.known = known;
    }

    /** The version in force. */
    public static int of(State state) {
        return (int) Math.max(FIRST, Meta.RULES.get(state));
    }

    /** @throws RulesUnknown if a newer program has stored this state */
    void require(State state) {
        require(of(state));
    }

    /**
     * They are never switched back.
     *
     * @throws RulesUnknown if only a newer program knows them
     */
    void change(Turn turn, Command.SwitchRules command) {
        require(command.version());
        if (command.version() > of(turn.state())) {
            Meta.RULES.set(turn.state(), command.version());
        }
    }

    private void require(int version) {
        if (version > known) {
            throw new RulesUnknown(version, known);
        }
    }
}
