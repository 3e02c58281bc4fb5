package dev.coil.worker;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.coil.worker.blob.NodeAddress;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** A node's blobs, in memory. */
public final class BlobServer implements AutoCloseable {

    private final HttpServer server;
    public final Map<String, byte[]> blobs;
    public final List<String> requests = new CopyOnWriteArrayList<>();

    /** After so many bytes of a blob the connection breaks. */
    private volatile int patience = Integer.MAX_VALUE;

    private volatile boolean once;

    public BlobServer() throws IOException {
        this(0, new ConcurrentHashMap<>());
    }

    public BlobServer(int port, Map<String, byte[]> blobs) throws IOException {
        this.blobs = blobs;
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        server.createContext("/api/v1/blobs/", this::handle);
        server.start();
    }

    /** Lets connections break after so many bytes of a blob. */
    public void breakAfter(int bytes) {
        patience = bytes;
    }

    /** The same of the next answer alone. */
    public void breakOnceAfter(int bytes) {
        patience = bytes;
        once = true;
    }

    public NodeAddress address() {
        return new NodeAddress(url(), null);
    }

    public URI url() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    private void handle(HttpExchange exchange) throws IOException {
        var path = exchange.getRequestURI().getPath();
        var digest = path.substring(path.lastIndexOf('/') + 1);
        requests.add(exchange.getRequestMethod() + " " + digest);
        switch (exchange.getRequestMethod()) {
            case "PUT" -> {
                blobs.put(digest, exchange.getRequestBody().readAllBytes());
                exchange.sendResponseHeaders(201, -1);
            }
            case "HEAD" -> exchange.sendResponseHeaders(blobs.containsKey(digest) ? 200 : 404, -1);
            default -> give(exchange, blobs.get(digest));
        }
        exchange.close();
    }

    private void give(HttpExchange exchange, byte @Nullable [] blob) throws IOException {
        if (blob == null) {
            exchange.sendResponseHeaders(404, -1);
            return;
        }
        var range = exchange.getRequestHeaders().getFirst("Range");
        int from = range == null ? 0 : Integer.parseInt(range.substring("bytes=".length(), range.length() - 1));
        if (range != null) {
            requests.add("from " + from);
            exchange.getResponseHeaders()
                    .set("Content-Range", "bytes " + from + "-" + (blob.length - 1) + "/" + blob.length);
        }
        exchange.sendResponseHeaders(range == null ? 200 : 206, blob.length - from);
        int given = Math.min(patience, blob.length - from);
        if (once) {
            patience = Integer.MAX_VALUE;
        }
        exchange.getResponseBody().write(blob, from, given);
        exchange.getResponseBody().flush();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
