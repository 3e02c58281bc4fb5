package dev.coil.viewer.forge;

import java.net.URI;
import java.util.regex.Pattern;

/**
 * What stands on a commit.
 *
 * @param commit its object id
 * @param context tells it from other statuses on the same commit: {@code coil/push}
 * @param description one line for a person; a forge that takes less gets it cut
 * @param url of a page with more
 */
public record CommitStatus(String commit, State state, String context, String description, URI url) {

    private static final Pattern OBJECT_ID = Pattern.compile("[0-9a-f]{4,64}");

    /** @throws IllegalArgumentException if the commit is not an object id */
    public CommitStatus {
        if (!isObjectId(commit)) {
            throw new IllegalArgumentException("'" + commit + "' is not the id of a commit");
        }
    }

    /** Where the work on the commit is. Not every forge knows each of them. */
    public enum State {
        PENDING,
        RUNNING,
        SUCCESS,
        /** What was tested failed. */
        FAILURE,
        /** It could not be tested. */
        ERROR,
        CANCELLED;

        /** Whether nothing more is expected. */
        public boolean isFinal() {
            return this != PENDING && this != RUNNING;
        }
    }

    /** Whether a text has the form of an object's id. */
    public static boolean isObjectId(String text) {
        return OBJECT_ID.matcher(text).matches();
    }
}
