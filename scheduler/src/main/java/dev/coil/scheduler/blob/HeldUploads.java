package dev.coil.scheduler.blob;

import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpStatus;
import dev.coil.scheduler.http.Refused;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Uploads that their senders have named: when the connection breaks, what has come is held for a while, and the sender asks how much that
 * is and sends the rest. In memory is what a digest needs; a node that is started again has forgotten them.
 */
final class HeldUploads implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(HeldUploads.class);
    private static final int BUFFER = 64 * 1024;
    private static final int MOST = 1_000;
    private static final Pattern ID = Pattern.compile("[0-9a-f]{16,64}");
    private static final Pattern RANGE = Pattern.compile("bytes ([0-9]{1,15})-([0-9]{1,15})/([0-9]{1,15})");

    private record Key(String digest, String id) {}

    private final BlobStore store;
    private final long patienceNanos;
    private final Map<Key, HeldUpload> held = new LinkedHashMap<>();
    private final ScheduledExecutorService sweeper = Executors.newSingleThreadScheduledExecutor(sweep -> {
        var thread = new Thread(sweep, "coil-uploads");
        thread.setDaemon(true);
        return thread;
    });

    /** @param patience for how long one is held of which nothing is heard */
    HeldUploads(BlobStore store, Duration patience) {
        this.store = store;
        patienceNanos = patience.toNanos();
        sweeper.scheduleWithFixedDelay(this::forgetOld, patienceNanos, patienceNanos / 10, TimeUnit.NANOSECONDS);
    }

    /** How many bytes have come of an upload. Those that still come over an older connection are not taken any more. */
    long received(String digest, String id) {
        var upload = held(key(digest, id));
        if (upload == null) {
            return 0;
        }
        // It may be just being kept, which takes a while and holds up nobody else.
        upload.listen();
        return upload.length();
    }

    /**
     * Takes a part of a blob, or all of it.
     *
     * @return whether the blob is there now, and was not before; {@code null} if more is to come
     * @throws Refused with 416 if the part does not follow what has come, with 400 if all has come and is another content
     */
    @Nullable
    Boolean take(String digest, String id, HttpRequest request, InputStream body) throws IOException {
        var key = key(digest, id);
        var part = Part.of(request);
        var upload = part.first() > 0 ? held(key) : begin(key);
        if (upload == null) {
            throw doesNotFollow(body, 0);
        }
        int connection = upload.listen();
        var buffer = new byte[BUFFER];
        try {
            if (part.first() != upload.length()) {
                throw doesNotFollow(body, upload.length());
            }
            upload.expect(Math.max(0, part.total() - part.first()));
            for (int n = body.read(buffer); n >= 0; n = body.read(buffer)) {
                upload.write(connection, buffer, n);
            }
            if (upload.length() < part.total()) {
                return null;
            }
            return finish(key, upload, connection);
        } catch (NoRoom e) {
            end(key, upload);
            throw e;
        } catch (IOException e) {
            if (upload.isBroken()) {
                end(key, upload);
            }
            throw e;
        }
    }

    /** An answer in the middle of a body confuses many clients. */
    private static Refused doesNotFollow(InputStream body, long length) throws IOException {
        body.transferTo(OutputStream.nullOutputStream());
        return new Refused(
                HttpStatus.REQUESTED_RANGE_NOT_SATISFIABLE,
                "of this upload " + length + " bytes have come: go on from there");
    }

    private boolean finish(Key key, HeldUpload upload, int connection) throws IOException {
        var digest = upload.digest(connection);
        try {
            if (!digest.equals(key.digest())) {
                throw Refused.badRequest(
                        "the content's SHA-256 is " + digest + ", not " + key.digest() + "; nothing was stored");
            }
            return upload.keep(connection);
        } finally {
            end(key, upload);
        }
    }

    private static Key key(String digest, String id) {
        if (!ID.matcher(id).matches()) {
            throw Refused.badRequest(
                    "header 'coil-upload': '" + id + "': expected 16 to 64 of 0-9a-f, chosen at random");
        }
        return new Key(digest, id);
    }

    private synchronized @Nullable HeldUpload held(Key key) {
        return held.get(key);
    }

    private synchronized HeldUpload begin(Key key) throws IOException {
        var known = held.get(key);
        if (known != null) {
            return known;
        }
        if (held.size() >= MOST) {
            throw Refused.unavailable("too many uploads are under way");
        }
        var upload = new HeldUpload(store.upload());
        held.put(key, upload);
        return upload;
    }

    private void forgetOld() {
        long now = System.nanoTime();
        all().stream()
                .filter(entry -> now - entry.getValue().touched() > patienceNanos)
                .forEach(entry -> end(entry.getKey(), entry.getValue()));
    }

    private synchronized List<Map.Entry<Key, HeldUpload>> all() {
        return held.entrySet().stream()
                .map(entry -> Map.entry(entry.getKey(), entry.getValue()))
                .toList();
    }

    private void end(Key key, HeldUpload upload) {
        synchronized (this) {
            held.remove(key, upload);
        }
        try {
            upload.close();
        } catch (IOException e) {
            log.warn("an upload did not close: {}", e.getMessage());
        }
    }

    /**
     * Which part of a blob a request brings.
     *
     * @param total of the whole blob; 0 if it is not known before it has come
     */
    private record Part(long first, long total) {
        static Part of(HttpRequest request) {
            var range = request.headers().get(HttpHeaderNames.CONTENT_RANGE);
            if (range == null) {
                return new Part(0, Math.max(0, request.headers().contentLength()));
            }
            var parts = RANGE.matcher(range);
            if (!parts.matches()) {
                throw Refused.badRequest("header 'content-range': '" + range + "': expected bytes FIRST-LAST/TOTAL");
            }
            return new Part(Long.parseLong(parts.group(1)), Long.parseLong(parts.group(3)));
        }
    }

    @Override
    public void close() {
        sweeper.shutdownNow();
        all().forEach(entry -> end(entry.getKey(), entry.getValue()));
    }
}
