package dev.coil.ops.node;

import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.SessionProtocol;
import com.linecorp.armeria.common.metric.NoopMeterRegistry;
import com.linecorp.armeria.server.Server;
import com.linecorp.armeria.server.ServerBuilder;
import dev.coil.scheduler.access.Doors;
import dev.coil.scheduler.gateway.Gateway;
import dev.coil.scheduler.http.HeadTimeout;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * The node's one HTTP port, HTTP/1.1 and cleartext HTTP/2. It takes the port before anything else starts, and says that the node is
 * starting until there is something to serve.
 */
final class WebServer implements AutoCloseable {

    /** Longer than a gateway waits for the scheduler; streams and transfers set their own. */
    private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(60);

    /** In which a connection must be made, and the head of a request have come. */
    private static final Duration HEAD_TIMEOUT = Duration.ofSeconds(30);

    /** What a stream's end may take to get out. Streams never end by themselves. */
    private static final Duration FAREWELL = Duration.ofMillis(100);

    private final Server server;
    private final Reach reach;
    private final InetAddress address;
    private final int port;
    private final int localPort;
    private final AtomicBoolean closed = new AtomicBoolean();

    private WebServer(Server server, Reach reach, InetAddress address) {
        this.server = server;
        this.reach = reach;
        this.address = address;
        this.port = server.activeLocalPort(reach.tls() == null ? SessionProtocol.HTTP : SessionProtocol.HTTPS);
        this.localPort = server.activeLocalPort(SessionProtocol.HTTP);
    }

    /** @throws NodeStartException if the address or the port cannot be had, or the certificates cannot be used */
    static WebServer start(Reach reach) {
        var address = resolve(reach.bindAddress());
        var builder = Server.builder().gracefulShutdownTimeout(Duration.ZERO, FAREWELL);
        var outward = new InetSocketAddress(address, reach.port());
        if (reach.tls() == null) {
            builder.http(outward);
        } else {
            // Programs on this machine need no certificate for it.
            builder.https(outward).http(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        }
        shape(builder, reach, address);
        builder.serviceUnder("/", (ctx, request) -> ErrorAnswers.answer(
                        HttpStatus.SERVICE_UNAVAILABLE, "the node is starting; try again in a moment")
                .toHttpResponse());
        var server = builder.build();
        try {
            server.start().join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof IOException
                    ? new NodeStartException(cannotBind(reach.bindAddress(), reach.port(), e.getCause()), e.getCause())
                    : new NodeStartException("the HTTP server did not start: " + e.getCause(), e.getCause());
        }
        return new WebServer(server, reach, address);
    }

    private static InetAddress resolve(String bindAddress) {
        try {
            return InetAddress.getByName(bindAddress);
        } catch (UnknownHostException e) {
            throw new NodeStartException(
                    "'" + bindAddress + "' is no address of this machine: take 127.0.0.1 for this machine alone, "
                            + "0.0.0.0 for all its networks",
                    e);
        }
    }

    private static String cannotBind(String bindAddress, int port, Throwable cause) {
        var message = String.valueOf(cause.getMessage());
        if (message.contains("in use")) {
            return "port " + port + " of " + bindAddress
                    + " is in use by another program: stop that, or take another one with --port (0 for any free one)";
        }
        return "cannot listen on port " + port + " of " + bindAddress + ": " + message
                + ": take another one with --port";
    }

    private static void shape(ServerBuilder builder, Reach reach, InetAddress address) {
        builder.requestTimeout(REQUEST_TIMEOUT).errorHandler(new ErrorAnswers()).meterRegistry(NoopMeterRegistry.get());
        HeadTimeout.install(builder, HEAD_TIMEOUT);
        if (reach.tls() != null) {
            Certificates.use(builder, reach.tls());
        }
        if (address.isLoopbackAddress() && !reach.doors()) {
            builder.decorator(LocalHostsOnly::new);
        }
    }

    /** Serves this from now on. */
    void serve(Consumer<ServerBuilder> services) {
        server.reconfigure(builder -> {
            shape(builder, reach, address);
            services.accept(builder);
        });
    }

    /** Lets in only who may, if this is reached from elsewhere. */
    void guard(ServerBuilder server, Gateway gateway) {
        if (reach.doors()) {
            server.decorator(service -> new Doors(service, gateway.access(), reach.everybodyMayLook()));
        }
    }

    /** How programs on this machine reach it. */
    URI url() {
        return reach.tls() != null
                ? url("http", InetAddress.getLoopbackAddress().getHostAddress(), localPort)
                : url("http", address.isAnyLocalAddress() ? "127.0.0.1" : address.getHostAddress(), port);
    }

    /** How the machines that its address is for reach it. */
    URI publicUrl() {
        if (reach.publicUrl() != null) {
            return reach.publicUrl();
        }
        var scheme = reach.tls() == null ? "http" : "https";
        try {
            return address.isAnyLocalAddress()
                    ? url(scheme, InetAddress.getLocalHost().getHostName(), port)
                    : url(scheme, address.getHostAddress(), port);
        } catch (UnknownHostException namelessMachine) {
            return url();
        }
    }

    private static URI url(String scheme, String host, int port) {
        var literal = host.indexOf(':') >= 0 ? "[" + host + "]" : host;
        return URI.create(scheme + "://" + literal + ":" + port);
    }

    @Override
    public void close() {
        if (closed.getAndSet(true)) {
            return;
        }
        // The port and the connections are gone by then; what is left is two seconds in which Netty waits for work to
        // reject.
        server.stop()
                .copy()
                .completeOnTimeout(null, 2 * FAREWELL.toMillis(), TimeUnit.MILLISECONDS)
                .join();
    }
}
