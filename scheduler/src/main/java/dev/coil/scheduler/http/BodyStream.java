package dev.coil.scheduler.http;

import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.server.ServiceRequestContext;
import java.io.InputStream;

/** A request's body as a stream that some other thread reads, at its pace: the client is held back, memory does not grow. */
public final class BodyStream {

    private BodyStream() {}

    /**
     * The pieces are taken over on the connection's own thread. Taken over on any other (Armeria's choice where the caller runs
     * outside of a request), the end of a pause in reading may overtake its beginning, and the connection is read no more.
     */
    public static InputStream of(ServiceRequestContext ctx, HttpRequest request) {
        return request.toInputStream(part -> part instanceof HttpData data ? data : HttpData.empty(), ctx.eventLoop());
    }
}
