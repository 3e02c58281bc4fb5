package dev.coil.scheduler.dispatch;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.coil.protocol.codec.Codec;
import dev.coil.protocol.codec.UnreadableRecord;
import dev.coil.protocol.graph.Action.Generates;
import dev.coil.protocol.graph.Resources;
import dev.coil.protocol.graph.TaskRef;
import dev.coil.protocol.space.ClaimId;
import dev.coil.protocol.space.ReadyTask;
import dev.coil.scheduler.http.Refused;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * A granted claim as its worker presents it: everything that a gateway must know of it, so that any gateway can go on with it. It is
 * no proof of anything; the log says who holds what.
 *
 * @param name the task's, which what it generates stands under
 * @param resources what is reserved on the worker
 * @param generates as the tuple has it; {@code null} for a task that generates nothing
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record ClaimToken(
        String project,
        int run,
        int task,
        int attempt,
        ClaimId claim,
        String name,

        @JsonInclude(value = JsonInclude.Include.CUSTOM, valueFilter = Resources.None.class)
        Resources resources,

        @Nullable Generates generates) {

    private static final int LONGEST = 8_192;

    ClaimToken {
        resources = resources == null ? Resources.NONE : resources;
    }

    static ClaimToken of(ReadyTask task, ClaimId claim) {
        var action = task.action();
        return new ClaimToken(
                task.project(),
                task.run(),
                task.task(),
                task.attempt(),
                claim,
                task.name(),
                action.resources(),
                action.generates());
    }

    /**
     * The reverse of {@link #text()}.
     *
     * @throws Refused with 400 if the text is no token
     */
    static ClaimToken parse(String text) {
        try {
            if (text.length() <= LONGEST) {
                var token = Codec.read(ClaimToken.class, Base64.getUrlDecoder().decode(text));
                if (token.project() != null && token.claim() != null && token.name() != null) {
                    return token;
                }
            }
        } catch (IllegalArgumentException | UnreadableRecord noToken) {
            throw noToken(text);
        }
        throw noToken(text);
    }

    private static Refused noToken(String text) {
        return Refused.badRequest("'" + (text.length() > 40 ? text.substring(0, 40) + "…" : text)
                + "' is no claim: expected the token that came with the task");
    }

    /** One word of a path: base64url of the token as JSON. */
    String text() {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(Codec.write(ClaimToken.class, this));
    }

    TaskRef ref() {
        return new TaskRef(project, run, task);
    }
}
