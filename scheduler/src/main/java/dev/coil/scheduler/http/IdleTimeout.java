package dev.coil.scheduler.http;

import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.util.TimeoutMode;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.RequestTimeoutException;
import com.linecorp.armeria.server.ServiceRequestContext;
import com.linecorp.armeria.server.SimpleDecoratingHttpService;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;

/**
 * Lets a transfer take as long as it likes while bytes move in either direction, and ends it when none has for a while, or what is sent to
 * the server comes so slowly that it can only be meant to hold it up. The
 * server's request timeout does the work: each piece that passes puts it off. The service must read the request as a stream, as
 * aggregating it shows its pieces only when all are there.
 */
public final class IdleTimeout extends SimpleDecoratingHttpService {

    /** The timeout is put off at most so many times in its own length: a fast transfer must not spend itself on timers. */
    private static final int STEPS = 20;

    /** So many bytes of a body at least must come before the timeout is put off: within a minute the slowest modem brings more. */
    private static final int LEAST = 4 * 1024;

    private final Duration limit;

    private IdleTimeout(HttpService delegate, Duration limit) {
        super(delegate);
        this.limit = limit;
    }

    public static Function<HttpService, IdleTimeout> of(Duration limit) {
        return delegate -> new IdleTimeout(delegate, limit);
    }

    @Override
    public HttpResponse serve(ServiceRequestContext ctx, HttpRequest request) throws Exception {
        ctx.setRequestTimeout(TimeoutMode.SET_FROM_NOW, limit);
        // Else the connection would be kept until the rest of the body has come, which may be never.
        ctx.whenRequestCancelling().thenAccept(cause -> {
            if (cause instanceof RequestTimeoutException) {
                ctx.initiateConnectionShutdown(Duration.ZERO);
            }
        });
        var last = new AtomicLong(System.nanoTime());
        var came = new AtomicLong();
        var watched = request.peekData(data -> {
            if (came.addAndGet(data.length()) >= LEAST) {
                came.set(0);
                progress(ctx, last);
            }
        });
        ctx.updateRequest(watched);
        return unwrap().serve(ctx, watched).peekData(data -> progress(ctx, last));
    }

    private void progress(ServiceRequestContext ctx, AtomicLong last) {
        long now = System.nanoTime();
        if (now - last.get() > limit.toNanos() / STEPS) {
            last.set(now);
            ctx.setRequestTimeout(TimeoutMode.SET_FROM_NOW, limit);
        }
    }
}
