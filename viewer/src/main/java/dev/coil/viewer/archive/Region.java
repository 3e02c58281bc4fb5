package dev.coil.viewer.archive;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;

/** Some of a file, which several threads may read. Places count from its beginning. */
record Region(FileChannel file, long from, long length) {

    Region part(long at, long size) throws Unreadable {
        requireWithin(at, size);
        return new Region(file, from + at, size);
    }

    /** So many bytes, little-endian as zips have their numbers. */
    ByteBuffer read(long at, int size) throws IOException {
        requireWithin(at, size);
        var bytes = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
        while (bytes.hasRemaining()) {
            if (file.read(bytes, from + at + bytes.position()) < 0) {
                throw new EOFException("the file ends before its end");
            }
        }
        return bytes.flip();
    }

    InputStream stream(long at, long size) throws Unreadable {
        requireWithin(at, size);
        return new Bytes(from + at, size);
    }

    private void requireWithin(long at, long size) throws Unreadable {
        if (at < 0 || size < 0 || at > length - size) {
            throw new Unreadable("is damaged, or cut off: it names bytes that it does not have");
        }
    }

    /** Does not close the file. */
    private final class Bytes extends InputStream {

        private long at;
        private long left;

        Bytes(long at, long left) {
            this.at = at;
            this.left = left;
        }

        @Override
        public int read() throws IOException {
            var one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : Byte.toUnsignedInt(one[0]);
        }

        @Override
        public int read(byte[] bytes, int offset, int size) throws IOException {
            if (size == 0) {
                return 0;
            }
            int n = left == 0 ? -1 : file.read(ByteBuffer.wrap(bytes, offset, (int) Math.min(size, left)), at);
            at += Math.max(n, 0);
            left -= Math.max(n, 0);
            return n;
        }

        @Override
        public long skip(long n) {
            long skipped = Math.max(0, Math.min(n, left));
            at += skipped;
            left -= skipped;
            return skipped;
        }
    }
}
