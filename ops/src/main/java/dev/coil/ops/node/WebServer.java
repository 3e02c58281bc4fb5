package dev.coil.ops.node;

import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.metric.NoopMeterRegistry;
import com.linecorp.armeria.server.Server;
import com.linecorp.armeria.server.ServerBuilder;
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

    /** What a stream's end may take to get out. Streams never end by themselves. */
    private static final Duration FAREWELL = Duration.ofMillis(100);

    private final Server server;
    private final InetAddress address;
    private final int port;
    private final AtomicBoolean closed = new AtomicBoolean();

    private WebServer(Server server, InetAddress address) {
        this.server = server;
        this.address = address;
        this.port = server.activeLocalPort();
    }

    /** @throws NodeStartException if the address or the port cannot be had */
    static WebServer start(String bindAddress, int port) {
        var address = resolve(bindAddress);
        var builder = Server.builder()
                .http(new InetSocketAddress(address, port))
                .gracefulShutdownTimeout(Duration.ZERO, FAREWELL);
        shape(builder, address);
        builder.serviceUnder("/", (ctx, request) -> ErrorAnswers.answer(
                        HttpStatus.SERVICE_UNAVAILABLE, "the node is starting; try again in a moment")
                .toHttpResponse());
        var server = builder.build();
        try {
            server.start().join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof IOException
                    ? new NodeStartException(cannotBind(bindAddress, port, e.getCause()), e.getCause())
                    : new NodeStartException("the HTTP server did not start: " + e.getCause(), e.getCause());
        }
        return new WebServer(server, address);
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

    private static void shape(ServerBuilder builder, InetAddress address) {
        builder.requestTimeout(REQUEST_TIMEOUT).errorHandler(new ErrorAnswers()).meterRegistry(NoopMeterRegistry.get());
        if (address.isLoopbackAddress()) {
            builder.decorator(LocalHostsOnly::new);
        }
    }

    /** Serves this from now on. */
    void serve(Consumer<ServerBuilder> services) {
        server.reconfigure(builder -> {
            shape(builder, address);
            services.accept(builder);
        });
    }

    /** How this machine reaches it. */
    URI url() {
        return url(address.isAnyLocalAddress() ? "127.0.0.1" : address.getHostAddress());
    }

    /** How the machines that its address is for reach it. */
    URI publicUrl() {
        try {
            return address.isAnyLocalAddress() ? url(InetAddress.getLocalHost().getHostName()) : url();
        } catch (UnknownHostException namelessMachine) {
            return url();
        }
    }

    private URI url(String host) {
        var literal = host.indexOf(':') >= 0 ? "[" + host + "]" : host;
        return URI.create("http://" + literal + ":" + port);
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
