package dev.coil.scheduler.blob;

import java.io.IOException;

/** What has come of a blob, however many connections brought it. Only the newest of them is listened to. */
final class HeldUpload implements AutoCloseable {

    private final BlobUpload upload;
    private long length;
    private int newest;
    private boolean closed;
    private boolean broken;
    private volatile long touched = System.nanoTime();

    HeldUpload(BlobUpload upload) {
        this.upload = upload;
    }

    /** Begins to listen to another connection. Returns its number. */
    synchronized int listen() {
        touched = System.nanoTime();
        return ++newest;
    }

    /** How many bytes have come. */
    synchronized long length() {
        return length;
    }

    /** When something of it was heard last, by {@link System#nanoTime()}. */
    long touched() {
        return touched;
    }

    synchronized void expect(long bytes) throws IOException {
        upload.expect(bytes);
    }

    /** @throws IOException if a newer connection is listened to, or there is no room */
    synchronized void write(int connection, byte[] bytes, int count) throws IOException {
        require(connection);
        broken = true;
        upload.write(bytes, 0, count);
        broken = false;
        length += count;
        touched = System.nanoTime();
    }

    /** Whether something could not be written, so that nothing can follow. */
    synchronized boolean isBroken() {
        return broken;
    }

    /** The digest of all that has come; nothing can come after that. */
    synchronized String digest(int connection) throws IOException {
        require(connection);
        return upload.digest();
    }

    /** Whether the store did not have it. */
    synchronized boolean keep(int connection) throws IOException {
        require(connection);
        return upload.keep();
    }

    private void require(int connection) throws IOException {
        if (closed || connection != newest) {
            throw new IOException("this upload goes on over another connection");
        }
    }

    @Override
    public synchronized void close() throws IOException {
        closed = true;
        upload.close();
    }
}
