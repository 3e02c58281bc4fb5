package dev.coil.viewer.notify;

import java.util.Collection;
import java.util.List;

/** What was pushed and could not become a run. Any thread asks. */
@FunctionalInterface
public interface Failures {

    /** Where there are none. */
    Failures NONE = List::of;

    /**
     * A change of which there is no run.
     *
     * @param event what the run would have been for: {@code push}
     * @param at when it was seen, in milliseconds since the epoch
     * @param reason for people: {@code .coil.yml:3:5: unknown key 'rum'}
     */
    record FailedChange(String project, String commit, String event, long at, String reason) {}

    /** Those that are remembered. */
    Collection<FailedChange> all();
}
