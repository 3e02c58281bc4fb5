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

/** A node's blobs, in memory. */
public final class BlobServer implements AutoCloseable {

    private final HttpServer server;
    public final Map<String, byte[]> blobs;
    public final List<String> requests = new CopyOnWriteArrayList<>();

    public BlobServer() throws IOException {
        this(0, new ConcurrentHashMap<>());
    }

    public BlobServer(int port, Map<String, byte[]> blobs) throws IOException {
        this.blobs = blobs;
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        server.createContext("/api/v1/blobs/", this::handle);
        server.start();
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
            default -> {
                var blob = blobs.get(digest);
                exchange.sendResponseHeaders(blob == null ? 404 : 200, blob == null ? -1 : blob.length);
                if (blob != null) {
                    exchange.getResponseBody().write(blob);
                }
            }
        }
        exchange.close();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
