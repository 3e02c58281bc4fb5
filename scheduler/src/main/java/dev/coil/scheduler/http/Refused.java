package dev.coil.scheduler.http;

import com.linecorp.armeria.common.HttpStatus;
import dev.coil.protocol.graph.Problem;
import java.util.List;

/** A request that is not served, with the status and the sentence that its sender gets. */
public final class Refused extends RuntimeException {

    private final HttpStatus status;
    private final transient List<Problem> problems;

    /** @param message one sentence: what is wrong, where, what to do */
    public Refused(HttpStatus status, String message) {
        this(status, message, List.of());
    }

    /** @param problems what is wrong with a graph */
    public Refused(HttpStatus status, String message, List<Problem> problems) {
        super(message, null, false, false);
        this.status = status;
        this.problems = List.copyOf(problems);
    }

    public static Refused badRequest(String message) {
        return new Refused(HttpStatus.BAD_REQUEST, message);
    }

    public static Refused unavailable(String message) {
        return new Refused(HttpStatus.SERVICE_UNAVAILABLE, message);
    }

    public HttpStatus status() {
        return status;
    }

    public List<Problem> problems() {
        return problems;
    }
}
