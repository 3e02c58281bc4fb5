package dev.coil.viewer.json;

/** What the API calls a stream of a log. */
public final class StreamName {

    private StreamName() {}

    /** @param stream as of {@link dev.coil.viewer.logs.LogReader.Piece} */
    public static String of(int stream) {
        return stream == 1 ? "out" : stream == 2 ? "err" : "coil";
    }
}
