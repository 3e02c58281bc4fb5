package dev.coil.ops.worker;

import java.io.IOException;

/** A worker that speaks HTTP, in a process of its own, whatever it is written in. */
interface WorkerUnderTest extends AutoCloseable {

    /** Has it end what it runs and take nothing new. */
    void drain() throws Exception;

    /** Has it end now. */
    void terminate() throws Exception;

    /** Ends its first process without a word. */
    void killHard() throws InterruptedException;

    /** Its exit code, which must come within a minute. */
    int awaitEnd() throws Exception;

    /** All that it, and those before it in the directory, told their owner. */
    String said() throws IOException;

    /** Terminates it if it is there. */
    @Override
    void close() throws Exception;
}
