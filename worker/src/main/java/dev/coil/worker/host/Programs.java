package dev.coil.worker.host;

import java.io.IOException;
import java.nio.charset.Charset;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Programs of the system that are run for what they print. */
public final class Programs {

    private static final long PATIENCE_SECONDS = 30;

    /** That of file names. */
    private static final Charset NAMES = Charset.forName(System.getProperty("sun.jnu.encoding", "UTF-8"));

    private Programs() {}

    /**
     * What came of it.
     *
     * @param said on both outputs, without blanks around it
     */
    public record Said(boolean success, String said) {

        /** Of one that failed, for a message. */
        public String complaint() {
            return said.isEmpty()
                    ? "nothing, and fails"
                    : said.lines().findFirst().orElseThrow();
        }
    }

    /** Runs a program that takes no time. One that is not there has failed. */
    public static Said run(List<String> command) throws InterruptedException {
        try {
            var process = new ProcessBuilder(command).redirectErrorStream(true).start();
            process.getOutputStream().close();
            var said = new String(process.getInputStream().readAllBytes(), NAMES).strip();
            if (process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                return new Said(process.exitValue() == 0, said);
            }
            process.destroyForcibly();
            return new Said(false, said);
        } catch (IOException absent) {
            return new Said(false, String.valueOf(absent.getMessage()));
        }
    }

    /** Leaves a program's environment with what it needs to be found, to speak, and to name files. */
    public static void bare(Map<String, String> environment) {
        environment.keySet().retainAll(List.of("PATH", "LANG", "LC_ALL"));
    }
}
