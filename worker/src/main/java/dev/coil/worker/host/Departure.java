package dev.coil.worker.host;

import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * The end of this program without further ado, as at a second Ctrl-C. Once it has begun, no attempt starts a process any more, so that
 * what is killed now makes no room for more of its kind; and none reports what became of its processes, since that they were killed is
 * no result of theirs: their tasks run again elsewhere, as those of any worker that is gone.
 */
public final class Departure {

    private static final ReentrantReadWriteLock STARTS = new ReentrantReadWriteLock();
    private static final CountDownLatch NEVER = new CountDownLatch(1);
    private static volatile boolean begun;

    private Departure() {}

    /** Begins it, once those processes that are just being started are there to be killed. There is no way back. */
    public static void begin() {
        STARTS.writeLock().lock();
        try {
            begun = true;
        } finally {
            STARTS.writeLock().unlock();
        }
    }

    /** Starts a process. Does not return once the departure has begun. */
    public static Process start(ProcessBuilder process) throws IOException, InterruptedException {
        STARTS.readLock().lock();
        try {
            if (!begun) {
                return process.start();
            }
        } finally {
            STARTS.readLock().unlock();
        }
        throw hold();
    }

    /** For whoever has seen a process end. Does not return once the departure has begun. */
    public static void pass() throws InterruptedException {
        if (begun) {
            throw hold();
        }
    }

    /** Waits for the end of the program, unless the thread is interrupted. */
    private static InterruptedException hold() throws InterruptedException {
        NEVER.await();
        return new InterruptedException();
    }
}
