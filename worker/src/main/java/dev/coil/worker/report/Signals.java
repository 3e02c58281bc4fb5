package dev.coil.worker.report;

import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The names of signals.
 *
 * @see <a href="https://man7.org/linux/man-pages/man7/signal.7.html">signal(7)</a>, the column of x86 and most others
 */
final class Signals {

    private static final int EXIT_BASE = 128;

    private static final List<String> LINUX = List.of(
            "HUP", "INT", "QUIT", "ILL", "TRAP", "ABRT", "BUS", "FPE", "KILL", "USR1", "SEGV", "USR2", "PIPE", "ALRM",
            "TERM", "STKFLT", "CHLD", "CONT", "STOP", "TSTP", "TTIN", "TTOU", "URG", "XCPU", "XFSZ", "VTALRM", "PROF",
            "WINCH", "IO", "PWR", "SYS");

    /** Of the BSDs, and of macOS, which is one. */
    private static final List<String> BSD = List.of(
            "HUP", "INT", "QUIT", "ILL", "TRAP", "ABRT", "EMT", "FPE", "KILL", "BUS", "SEGV", "SYS", "PIPE", "ALRM",
            "TERM", "URG", "STOP", "TSTP", "CONT", "CHLD", "TTIN", "TTOU", "IO", "XCPU", "XFSZ", "VTALRM", "PROF",
            "WINCH", "INFO", "USR1", "USR2");

    private static final List<String> HERE =
            System.getProperty("os.name", "").toLowerCase(Locale.ROOT).contains("linux") ? LINUX : BSD;

    private Signals() {}

    /** {@code SIGSEGV} for 139, by which shells mean signal 11; {@code null} for a code that stands for no signal. */
    static @Nullable String named(int exitCode) {
        int number = exitCode - EXIT_BASE;
        return number >= 1 && number <= HERE.size() ? "SIG" + HERE.get(number - 1) : null;
    }
}
