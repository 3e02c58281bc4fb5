package dev.coil.scheduler.blob;

import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.ResponseHeaders;
import com.linecorp.armeria.common.stream.StreamMessage;
import com.linecorp.armeria.server.AbstractHttpService;
import com.linecorp.armeria.server.ServerBuilder;
import com.linecorp.armeria.server.ServiceRequestContext;
import dev.coil.scheduler.http.BodyStream;
import dev.coil.scheduler.http.IdleTimeout;
import dev.coil.scheduler.http.JsonAnswer;
import dev.coil.scheduler.http.Refused;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@code HEAD}, {@code GET} (with {@code Range}) and {@code PUT} of blobs. Both ways stream: memory does not grow with a blob. */
public final class BlobService extends AbstractHttpService implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(BlobService.class);
    private static final Duration IDLE_LIMIT = Duration.ofMinutes(1);
    private static final int BUFFER = 64 * 1024;
    private static final Duration HELD = Duration.ofMinutes(10);
    private static final String UPLOAD = "coil-upload";

    private final BlobStore store;
    private final ExecutorService threads;
    private final HeldUploads uploads;

    /** @param threads for reading and writing files; each upload holds one while it lasts */
    public BlobService(BlobStore store, ExecutorService threads) {
        this.store = store;
        this.threads = threads;
        uploads = new HeldUploads(store, HELD);
    }

    public void register(ServerBuilder server) {
        server.route()
                .path("/api/v1/blobs/{digest}")
                .methods(HttpMethod.HEAD, HttpMethod.GET, HttpMethod.PUT)
                .requestTimeoutMillis(0)
                .maxRequestLength(0)
                .decorator(IdleTimeout.of(IDLE_LIMIT))
                .build(this);
    }

    @Override
    protected HttpResponse doHead(ServiceRequestContext ctx, HttpRequest request) {
        return HttpResponse.of(() -> read(ctx, request), threads);
    }

    @Override
    protected HttpResponse doGet(ServiceRequestContext ctx, HttpRequest request) {
        return HttpResponse.of(() -> read(ctx, request), threads);
    }

    @Override
    protected HttpResponse doPut(ServiceRequestContext ctx, HttpRequest request) {
        return HttpResponse.of(() -> write(ctx, request), threads);
    }

    private HttpResponse read(ServiceRequestContext ctx, HttpRequest request) {
        try {
            var digest = digest(ctx);
            if (request.method() == HttpMethod.HEAD) {
                // Who finds that it is there does not send it again.
                store.claim(digest);
            }
            var blob = store.open(digest);
            var upload = request.headers().get(UPLOAD);
            if (blob.isEmpty() && upload != null && request.method() == HttpMethod.HEAD) {
                return HttpResponse.of(ResponseHeaders.builder(HttpStatus.NOT_FOUND)
                        .set("coil-received", Long.toString(uploads.received(digest, upload)))
                        .build());
            }
            return content(
                    request,
                    digest,
                    blob.orElseThrow(() -> new Refused(HttpStatus.NOT_FOUND, "there is no blob " + digest)));
        } catch (IOException e) {
            return JsonAnswer.failure(Refused.unavailable("the node cannot read the blob: " + e.getMessage()));
        } catch (RuntimeException e) {
            return JsonAnswer.failure(e);
        }
    }

    private HttpResponse content(HttpRequest request, String digest, Blob blob) throws IOException {
        long size = blob.size();
        var etag = '"' + digest + '"';
        var condition = request.headers().get(HttpHeaderNames.IF_RANGE);
        var range = condition == null || condition.equals(etag)
                ? ByteRange.parse(request.headers().get(HttpHeaderNames.RANGE), size)
                : null;
        var headers = ResponseHeaders.builder(range == null ? HttpStatus.OK : HttpStatus.PARTIAL_CONTENT)
                .contentType(MediaType.OCTET_STREAM)
                .set(HttpHeaderNames.ACCEPT_RANGES, "bytes")
                .set(HttpHeaderNames.ETAG, etag)
                .set(HttpHeaderNames.CACHE_CONTROL, "private, max-age=31536000, immutable")
                .set(HttpHeaderNames.X_CONTENT_TYPE_OPTIONS, "nosniff");
        if (range != null && range.length() == 0) {
            return HttpResponse.of(headers.status(HttpStatus.REQUESTED_RANGE_NOT_SATISFIABLE)
                    .set(HttpHeaderNames.CONTENT_RANGE, "bytes */" + size)
                    .contentLength(0)
                    .build());
        }
        var part = range == null ? new ByteRange(0, size) : range;
        if (range != null) {
            headers.set(HttpHeaderNames.CONTENT_RANGE, part.header(size));
        }
        headers.contentLength(part.length());
        if (request.method() == HttpMethod.HEAD || part.length() == 0) {
            return HttpResponse.of(headers.build());
        }
        var content = blob.read(part.first(), part.length());
        var bytes = StreamMessage.builder(content)
                .bufferSize(BUFFER)
                .executor(threads)
                .build();
        // It is closed by itself only where the client has stayed long enough to be sent something.
        bytes.whenComplete().handleAsync((sent, failure) -> close(content), threads);
        return HttpResponse.of(headers.build(), bytes);
    }

    private static @Nullable Void close(InputStream content) {
        try {
            content.close();
        } catch (IOException e) {
            log.debug("a blob that was being read did not close: {}", e.getMessage());
        }
        return null;
    }

    private HttpResponse write(ServiceRequestContext ctx, HttpRequest request) {
        try {
            var digest = digest(ctx);
            var id = request.headers().get(UPLOAD);
            if (id == null) {
                return stored(store(ctx, digest, request));
            }
            try (var body = BodyStream.of(ctx, request)) {
                var fresh = uploads.take(digest, id, request, body);
                return fresh == null ? JsonAnswer.of(HttpStatus.ACCEPTED, Map.of()) : stored(fresh);
            }
        } catch (NoRoom e) {
            return JsonAnswer.failure(
                    new Refused(HttpStatus.INSUFFICIENT_STORAGE, "the node cannot store the blob: " + e.getMessage()));
        } catch (IOException e) {
            return JsonAnswer.failure(Refused.unavailable("the node cannot store the blob: " + e.getMessage()));
        } catch (RuntimeException e) {
            return JsonAnswer.failure(e);
        }
    }

    private static HttpResponse stored(boolean fresh) {
        return JsonAnswer.of(fresh ? HttpStatus.CREATED : HttpStatus.OK, Map.of());
    }

    /** Reads the body to its end even if the blob is there: an answer in the middle of a body confuses many clients. */
    private boolean store(ServiceRequestContext ctx, String digest, HttpRequest request) throws IOException {
        try (var upload = store.upload();
                var body = BodyStream.of(ctx, request)) {
            upload.expect(Math.max(0, request.headers().contentLength()));
            var buffer = new byte[BUFFER];
            for (int n = body.read(buffer); n >= 0; n = body.read(buffer)) {
                upload.write(buffer, 0, n);
            }
            if (!upload.digest().equals(digest)) {
                throw Refused.badRequest(
                        "the content's SHA-256 is " + upload.digest() + ", not " + digest + "; nothing was stored");
            }
            return upload.keep();
        }
    }

    private static String digest(ServiceRequestContext ctx) {
        var digest = String.valueOf(ctx.pathParam("digest"));
        if (!BlobStore.isDigest(digest)) {
            throw Refused.badRequest(
                    "'" + digest + "' names no blob: expected a SHA-256 in 64 lower-case hexadecimal digits");
        }
        return digest;
    }

    /** Forgets what was held of uploads. */
    @Override
    public void close() {
        uploads.close();
    }
}
