package dev.coil.worker.execute;

import dev.coil.worker.fault.InfraTrouble;
import java.io.File;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * How a script gets a terminal, which Java cannot make: by script(1), a program of nearly every system. It starts the command in a
 * session of its own with the terminal, passes on what is printed, and ends with the command's exit code.
 */
enum PseudoTerminal {
    /** Of util-linux, and of busybox. */
    LINUX {
        @Override
        List<String> around(List<String> command) {
            var line = command.stream().map(PseudoTerminal::quoted).collect(Collectors.joining(" "));
            return List.of("script", "-qefc", "exec " + line, "/dev/null");
        }
    },
    /** Of FreeBSD and macOS. */
    BSD {
        @Override
        List<String> around(List<String> command) {
            var line = new ArrayList<>(List.of("script", "-q", "/dev/null"));
            line.addAll(command);
            return line;
        }
    };

    /** What a terminal says of itself if the task does not say it. */
    static final String TERM = "xterm-256color";

    private static final int PROBE_CODE = 3;

    /** Output goes to the log, where a carriage return before each line feed would only be in the way; and nobody types. */
    private static final String SET_UP = "stty rows \"$1\" cols \"$2\" -onlcr -echo; shift 2; exec \"$@\"";

    abstract List<String> around(List<String> command);

    /**
     * Tries what there is, which costs a process or two.
     *
     * @throws InfraTrouble if nothing works here
     */
    static PseudoTerminal detect() throws InfraTrouble, InterruptedException {
        for (var way : values()) {
            if (way.works()) {
                return way;
            }
        }
        throw new InfraTrouble("the task wants a terminal (tty: true), but this worker has no program 'script' that"
                + " makes one: install util-linux");
    }

    private boolean works() throws InterruptedException {
        try {
            var process = new ProcessBuilder(around(List.of("sh", "-c", "test -t 1 && exit " + PROBE_CODE)))
                    .redirectInput(new File("/dev/null"))
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            if (process.waitFor(10, TimeUnit.SECONDS)) {
                return process.exitValue() == PROBE_CODE;
            }
            process.destroyForcibly();
            return false;
        } catch (IOException absent) {
            return false;
        }
    }

    /**
     * The command on a terminal.
     *
     * @param environment whose {@code LINES} and {@code COLUMNS} tell its size, 24 and 80 if they do not
     */
    List<String> command(List<String> command, Map<String, String> environment) {
        var whole = new ArrayList<>(List.of("sh", "-c", SET_UP, "sh"));
        whole.add(size(environment.get("LINES"), "24"));
        whole.add(size(environment.get("COLUMNS"), "80"));
        whole.addAll(command);
        return around(whole);
    }

    private static String size(@Nullable String given, String otherwise) {
        return given != null && given.matches("[1-9][0-9]{0,3}") ? given : otherwise;
    }

    /** For a shell. */
    static String quoted(String word) {
        return "'" + word.replace("'", "'\\''") + "'";
    }
}
