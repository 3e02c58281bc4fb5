package dev.coil.ops.cli;

import dev.coil.ops.progress.LiveDisplay.Size;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.function.Supplier;

/** How large the terminal of standard error is. Asks again now and then, as windows change. */
final class TerminalSize implements Supplier<Size> {

    private static final Size USUAL = new Size(80, 24);
    private static final int WIDE = 500;
    private static final long VALID_NANOS = Duration.ofSeconds(2).toNanos();

    private final World world;
    private Size size = USUAL;
    private long asked;
    private boolean known;

    /** How long a line of a result may be: as wide as the terminal; elsewhere nothing has to fit, but an end there must be. */
    static int columns(World world) {
        return world.terminal() ? new TerminalSize(world).get().columns() : WIDE;
    }

    TerminalSize(World world) {
        this.world = world;
    }

    @Override
    public Size get() {
        if (!known || System.nanoTime() - asked > VALID_NANOS) {
            size = ask();
            asked = System.nanoTime();
            known = true;
        }
        return size;
    }

    private Size ask() {
        if (!world.terminal()) {
            return USUAL;
        }
        try {
            var stty = new ProcessBuilder("sh", "-c", "stty size <&2 2>/dev/null")
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            stty.getOutputStream().close();
            var answer = new String(stty.getInputStream().readAllBytes(), StandardCharsets.US_ASCII)
                    .strip()
                    .split(" ");
            int rows = Integer.parseInt(answer[0]);
            int columns = Integer.parseInt(answer[1]);
            return columns > 10 && rows > 2 ? new Size(columns, rows) : USUAL;
        } catch (IOException | RuntimeException e) {
            // No stty, or one that does not know: what every terminal has.
            return USUAL;
        }
    }
}
