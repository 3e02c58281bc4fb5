package dev.coil.scheduler.blob;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** A blob that is a file here. */
record BlobFile(Path file, long size) implements Blob {

    @Override
    public InputStream read(long first, long length) throws IOException {
        var content = Files.newInputStream(file);
        try {
            content.skipNBytes(first);
            return new Part(content, length);
        } catch (IOException e) {
            content.close();
            throw e;
        }
    }

    /** What comes next of a file, up to a length. */
    private static final class Part extends FilterInputStream {

        private long left;

        Part(InputStream content, long length) {
            super(content);
            left = length;
        }

        @Override
        public int read() throws IOException {
            var one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : Byte.toUnsignedInt(one[0]);
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            if (left <= 0) {
                return -1;
            }
            int n = in.read(bytes, offset, (int) Math.min(left, length));
            left -= Math.max(n, 0);
            return n;
        }

        @Override
        public long skip(long n) throws IOException {
            long skipped = in.skip(Math.min(n, left));
            left -= skipped;
            return skipped;
        }

        @Override
        public int available() throws IOException {
            return (int) Math.min(left, in.available());
        }

        @Override
        public boolean markSupported() {
            return false;
        }
    }
}
