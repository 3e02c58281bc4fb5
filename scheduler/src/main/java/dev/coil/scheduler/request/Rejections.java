package dev.coil.scheduler.request;

import com.linecorp.armeria.common.HttpStatus;
import dev.coil.protocol.event.Event.RequestAnswered;
import dev.coil.protocol.event.Rejection;
import dev.coil.scheduler.http.Refused;

/** What the resolver's rejections are in HTTP. */
public final class Rejections {

    private Rejections() {}

    /** @throws Refused if the request was rejected */
    public static void check(RequestAnswered answer) {
        check(answer, "");
    }

    /**
     * @param place what the rejection is about, before its message
     * @throws Refused if the request was rejected
     */
    public static void check(RequestAnswered answer, String place) {
        var rejection = answer.rejection();
        if (rejection != null) {
            throw new Refused(status(rejection), place + answer.message());
        }
    }

    private static HttpStatus status(Rejection rejection) {
        return switch (rejection) {
            case UNKNOWN_PROJECT, UNKNOWN_RUN, UNKNOWN_TASK, NOT_PAUSED -> HttpStatus.NOT_FOUND;
            case FORGOTTEN -> HttpStatus.GONE;
            case TOO_MANY_TASKS -> HttpStatus.BAD_REQUEST;
            case CLAIM_LOST,
                    HAS_GENERATED,
                    INCOMPLETE_SUBMISSION,
                    ALREADY_FINISHED,
                    NOT_FINISHED,
                    NOTHING_TO_RETRY,
                    NOT_STARTED,
                    GROUP_BUSY -> HttpStatus.CONFLICT;
        };
    }
}
