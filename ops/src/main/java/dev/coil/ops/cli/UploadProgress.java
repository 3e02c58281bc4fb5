package dev.coil.ops.cli;

import java.util.function.Consumer;

/** Says how far an upload is that takes more than a moment: a line every few seconds. */
final class UploadProgress implements Consumer<String> {

    private static final long FIRST_NANOS = 2_000_000_000L;
    private static final long NEXT_NANOS = 5_000_000_000L;

    private final World world;
    private long nextAt = System.nanoTime() + FIRST_NANOS;

    UploadProgress(World world) {
        this.world = world;
    }

    /** @param line as git says it: {@code Writing objects:  45% (450/1000), 12.00 MiB | 3.00 MiB/s} */
    @Override
    public synchronized void accept(String line) {
        long now = System.nanoTime();
        if (now - nextAt >= 0 && line.contains("%")) {
            nextAt = now + NEXT_NANOS;
            world.err().println("coil: uploading: " + line.strip().replaceAll("\\s+", " "));
        }
    }
}
