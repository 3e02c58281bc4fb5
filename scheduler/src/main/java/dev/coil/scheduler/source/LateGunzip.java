package dev.coil.scheduler.source;

import java.io.IOException;
import java.io.InputStream;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/** What a gzip stream holds. Its header is read with the first byte, as the constructor runs where nothing may block. */
final class LateGunzip extends InputStream {

    private final InputStream zipped;
    private @Nullable InputStream content;

    LateGunzip(InputStream zipped) {
        this.zipped = zipped;
    }

    @Override
    public int read() throws IOException {
        return content().read();
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        return content().read(bytes, offset, length);
    }

    private InputStream content() throws IOException {
        var known = content;
        if (known == null) {
            known = new GZIPInputStream(zipped);
            content = known;
        }
        return known;
    }

    @Override
    public void close() throws IOException {
        zipped.close();
    }
}
