package dev.coil.viewer.live;

import java.io.IOException;

/** What a streamed response is made of. Asked for one piece after the other by one thread at a time, and only when the last is on its way. */
public interface Feed extends AutoCloseable {

    /** The next piece. */
    Piece next() throws IOException;

    /** What is sent to a client when there has been nothing else for some time; empty for nothing. */
    default byte[] keepAlive() {
        return new byte[0];
    }

    @Override
    default void close() throws IOException {}

    /** What to do after a piece. */
    enum Then {
        /** There is more already. */
        GO_ON,
        /** There will be more. */
        WAIT,
        /** That was all. */
        END
    }

    /** @param bytes empty if there is nothing now */
    record Piece(byte[] bytes, Then then) {

        /** Nothing now. */
        public static final Piece NOTHING = new Piece(new byte[0], Then.WAIT);

        /** Nothing any more. */
        public static final Piece END = new Piece(new byte[0], Then.END);
    }
}
