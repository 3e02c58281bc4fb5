package dev.coil.worker.blob;

import dev.coil.worker.fault.InfraTrouble;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The node's blobs over HTTP: content under its SHA-256. A node that is away is waited for. */
public final class BlobStore {

    private static final Logger log = LoggerFactory.getLogger(BlobStore.class);
    private static final Duration ANSWER = Duration.ofSeconds(30);

    private final Node node;
    private final Retries retries;

    public BlobStore(Node node, Retries retries) {
        this.node = node;
        this.retries = retries;
    }

    /** Stores a file, unless the node has it. Where the connection breaks, it goes on from there. */
    public void put(Path file, String sha256) throws InfraTrouble, InterruptedException {
        var upload = new Upload(sha256, file);
        // The node has been there again whenever something has come: patience begins anew.
        while (!retries.run("cannot store blob " + sha256, () -> store(upload))) {
            log.info("the connection broke {} bytes into blob {}; going on from there", upload.received(), sha256);
        }
    }

    /** Returns whether all has come; {@code false} if some more has. */
    private boolean store(Upload upload) throws IOException, InfraTrouble, InterruptedException {
        var address = node.address();
        var head = send(upload.ask(address).timeout(ANSWER).build(), HttpResponse.BodyHandlers.discarding());
        if (head.statusCode() == 200) {
            return true;
        }
        boolean gained = upload.hear(head);
        try {
            var put = upload.rest(address).build();
            var answer = send(put, HttpResponse.BodyHandlers.ofString());
            if (answer.statusCode() == 416) {
                throw new IOException(
                        put.uri() + " answered 416 " + answer.body().strip());
            }
            if (answer.statusCode() != 200 && answer.statusCode() != 201) {
                throw new InfraTrouble("cannot store blob " + upload.sha256() + ": " + put.uri() + " answered "
                        + answer.statusCode() + " " + answer.body().strip());
            }
            return true;
        } catch (IOException e) {
            if (gained) {
                return false;
            }
            throw e;
        }
    }

    /** Fetches a blob into a file, which is made or overwritten. Where the connection breaks, it goes on from there. */
    public void get(String sha256, Path into) throws InfraTrouble, InterruptedException {
        var download = new Download(sha256, into);
        // The node has been there again whenever something has come: patience begins anew.
        while (!retries.run("cannot fetch blob " + sha256, () -> fetch(sha256, download))) {
            log.info("the connection broke {} bytes into blob {}; going on from there", download.length(), sha256);
        }
    }

    /** Returns whether all has come; {@code false} if some more has. */
    private boolean fetch(String sha256, Download download) throws IOException, InfraTrouble, InterruptedException {
        try {
            var request = download.ask(node.address()).timeout(ANSWER).build();
            var answer = send(request, HttpResponse.BodyHandlers.ofInputStream());
            try (var body = answer.body()) {
                if (!download.takes(answer.statusCode())) {
                    throw new InfraTrouble(
                            "cannot fetch blob " + sha256 + ": " + request.uri() + " answered " + answer.statusCode());
                }
                download.take(answer);
            }
            return true;
        } catch (IOException e) {
            if (download.hasGained()) {
                return false;
            }
            throw e;
        }
    }

    private <T> HttpResponse<T> send(HttpRequest request, HttpResponse.BodyHandler<T> body)
            throws IOException, InterruptedException {
        HttpResponse<T> answer;
        try {
            answer = Connections.client().send(request, body);
        } catch (IOException e) {
            throw new IOException(
                    "no answer from " + request.uri() + " (" + e.getClass().getSimpleName() + ")", e);
        }
        if (answer.statusCode() >= 500) {
            throw new IOException(request.uri() + " answered " + answer.statusCode());
        }
        return answer;
    }
}
