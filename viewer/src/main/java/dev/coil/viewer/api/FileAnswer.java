package dev.coil.viewer.api;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.linecorp.armeria.common.ContentDisposition;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.ResponseHeaders;
import com.linecorp.armeria.common.ResponseHeadersBuilder;
import com.linecorp.armeria.common.stream.StreamMessage;
import com.linecorp.armeria.server.ServiceRequestContext;
import dev.coil.viewer.archive.Entry;
import dev.coil.viewer.archive.OpenArchive;
import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A file of an artifact as an answer, which is read as it is sent. */
final class FileAnswer {

    private static final Logger log = LoggerFactory.getLogger(FileAnswer.class);

    private static final int BUFFER = 64 * 1024;
    private static final long MOST_SKIPPED = 64L << 20;

    /**
     * A task may have written anything. What a browser shows of it is of no origin: it runs nothing, and reaches nothing but the files
     * of its node, for pictures and styles.
     */
    private static final String CONTENT_SECURITY_POLICY = "sandbox; default-src 'none'; img-src 'self' data:;"
            + " style-src 'self' 'unsafe-inline'; font-src 'self' data:; media-src 'self'; base-uri 'none';"
            + " form-action 'none'; frame-ancestors 'none'";

    /** What needs no encoding in a header. */
    private static final Pattern PLAIN_NAME = Pattern.compile("[A-Za-z0-9 ._+@()-]+");

    private FileAnswer() {}

    /** @param archive is closed when the answer is out */
    static HttpResponse of(ServiceRequestContext context, OpenArchive archive, String path, Entry entry)
            throws IOException {
        var range = ByteRange.parse(context.request().headers().get(HttpHeaderNames.RANGE), entry.bytes());
        if (range != null && range.from() > MOST_SKIPPED && !archive.isSeekable(path)) {
            // Whoever asks may be answered with all of it.
            range = null;
        }
        boolean saved = Routes.flag(context, "download");
        var content = archive.read(path);
        var beginning = content.readNBytes((int) Math.min(FileType.LOOKED_AT, entry.bytes()));
        var headers = headers(entry, FileType.of(entry.name(), beginning), saved);
        var whole = new SequenceInputStream(new ByteArrayInputStream(beginning), content);
        long length = entry.bytes();
        if (range != null) {
            whole.skipNBytes(range.from());
            length = range.end() - range.from();
            headers.status(HttpStatus.PARTIAL_CONTENT)
                    .set(HttpHeaderNames.CONTENT_RANGE, range.contentRange(entry.bytes()));
        }
        headers.contentLength(length);
        var sent = new Sent(whole, length, content, archive);
        if (length == 0) {
            close(sent);
            return HttpResponse.of(headers.build());
        }
        var executor = context.blockingTaskExecutor();
        var bytes = StreamMessage.builder(sent)
                .bufferSize(BUFFER)
                .executor(executor)
                .build();
        // It is closed by itself only where the client has stayed long enough to be sent something.
        bytes.whenComplete().handleAsync((nothing, failure) -> close(sent), executor);
        return HttpResponse.of(headers.build(), bytes);
    }

    private static ResponseHeadersBuilder headers(Entry entry, FileType type, boolean saved) {
        var shown = type.shown() && !saved;
        return ResponseHeaders.builder(HttpStatus.OK)
                .contentType(type.type())
                .set(HttpHeaderNames.ACCEPT_RANGES, "bytes")
                .set(HttpHeaderNames.CACHE_CONTROL, "private, max-age=300")
                .set(HttpHeaderNames.CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY)
                .set(HttpHeaderNames.X_CONTENT_TYPE_OPTIONS, "nosniff")
                .set(HttpHeaderNames.REFERRER_POLICY, "no-referrer")
                .set(HttpHeaderNames.CONTENT_DISPOSITION, disposition(shown ? "inline" : "attachment", entry.name()));
    }

    private static String disposition(String kind, String name) {
        var disposition = ContentDisposition.builder(kind);
        return (PLAIN_NAME.matcher(name).matches() ? disposition.filename(name) : disposition.filename(name, UTF_8))
                .build()
                .asHeaderValue();
    }

    private static @Nullable Void close(InputStream content) {
        try {
            content.close();
        } catch (IOException e) {
            log.debug("a file of an artifact that was being read did not close: {}", e.getMessage());
        }
        return null;
    }

    /** So much of a file, and what is to be closed with it. */
    private static final class Sent extends FilterInputStream {

        private final InputStream content;
        private final OpenArchive archive;
        private long left;

        Sent(InputStream whole, long length, InputStream content, OpenArchive archive) {
            super(whole);
            left = length;
            this.content = content;
            this.archive = archive;
        }

        @Override
        public int read() throws IOException {
            var one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : Byte.toUnsignedInt(one[0]);
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            int n = left == 0 ? -1 : in.read(bytes, offset, (int) Math.min(length, left));
            left -= Math.max(n, 0);
            return n;
        }

        @Override
        public long skip(long n) {
            return 0;
        }

        @Override
        public int available() {
            return 0;
        }

        @Override
        public boolean markSupported() {
            return false;
        }

        @Override
        public void close() throws IOException {
            try (archive) {
                content.close();
            }
        }
    }
}
