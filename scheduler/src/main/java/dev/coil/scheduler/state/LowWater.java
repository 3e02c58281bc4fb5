package dev.coil.scheduler.state;

/** From which event on the event log has all that is still of use to somebody: what is before tells of forgotten runs alone. */
public final class LowWater {

    private LowWater() {}

    /** The number of that event; 0 if nothing may be removed. Never more than that of the last event. */
    public static long of(State state) {
        return Math.min(ofRuns(state), Meta.TOLD_AGAIN.get(state));
    }

    /** The number of the first event of any run that is kept, or of a submission that may become one. */
    public static long ofRuns(State state) {
        long[] first = {Meta.SEQ.get(state)};
        state.scan(Table.BEGINNINGS, new byte[0], (key, seq) -> {
            first[0] = seq;
            return false;
        });
        return first[0];
    }
}
