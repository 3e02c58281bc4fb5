package dev.coil.scheduler.http;

import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.logging.RequestLogProperty;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.ServerBuilder;
import com.linecorp.armeria.server.ServiceRequestContext;
import com.linecorp.armeria.server.SimpleDecoratingHttpService;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Ends a connection on which no request is under way for too long: one on which nobody says anything, or whose handshake or request's head
 * does not come to an end, be it that a byte of it comes now and then (a slow loris). Once a head has come, {@link IdleTimeout} and the
 * server's request timeout see to the rest.
 */
public final class HeadTimeout extends ChannelInboundHandlerAdapter {

    private final long limitNanos;
    /** All that follows is the event loop's. */
    private @Nullable ChannelHandlerContext connection;

    private int underWay;
    private long idleSince;
    private boolean watched;

    private HeadTimeout(Duration limit) {
        limitNanos = limit.toNanos();
    }

    /** Makes a server do so. */
    public static void install(ServerBuilder server, Duration limit) {
        server.childChannelPipelineCustomizer(pipeline -> pipeline.addFirst(new HeadTimeout(limit)));
        server.decorator(Door::new);
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        connection = ctx;
        idleSince = System.nanoTime();
        watch(limitNanos);
    }

    private void watch(long nanos) {
        var at = connection;
        if (at != null && !watched) {
            watched = true;
            at.executor().schedule(this::look, nanos, TimeUnit.NANOSECONDS);
        }
    }

    private void look() {
        watched = false;
        var at = connection;
        if (at == null || !at.channel().isOpen() || underWay > 0) {
            return;
        }
        long left = limitNanos - (System.nanoTime() - idleSince);
        if (left > 0) {
            watch(left);
        } else {
            at.channel().close();
        }
    }

    private void began() {
        underWay++;
    }

    private void ended() {
        underWay--;
        idleSince = System.nanoTime();
        watch(limitNanos);
    }

    /** Through which every request goes whose head has come. */
    private static final class Door extends SimpleDecoratingHttpService {

        Door(HttpService delegate) {
            super(delegate);
        }

        @Override
        public HttpResponse serve(ServiceRequestContext ctx, HttpRequest request) throws Exception {
            var channel = ctx.log().ensureAvailable(RequestLogProperty.SESSION).channel();
            var timeout = channel == null ? null : channel.pipeline().get(HeadTimeout.class);
            if (channel != null && timeout != null) {
                channel.eventLoop().execute(timeout::began);
                ctx.log().whenComplete().thenRun(() -> channel.eventLoop().execute(timeout::ended));
            }
            return unwrap().serve(ctx, request);
        }
    }
}
