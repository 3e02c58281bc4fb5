package dev.coil.worker.execute;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.File;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What Linux tells of its processes.
 *
 * @see <a href="https://man7.org/linux/man-pages/man5/proc.5.html">proc(5)</a>
 */
final class ProcFs {

    private static final File ROOT = new File("/proc");

    private ProcFs() {}

    /**
     * A living process; zombies are none.
     *
     * @param stopped by a signal, until it gets SIGCONT
     * @param startTicks since boot
     */
    record Entry(long pid, long parent, long session, boolean stopped, long startTicks, String name) {

        /** For a person. */
        @Override
        public String toString() {
            return name + " (" + pid + ")";
        }
    }

    static boolean isHere() {
        return new File(ROOT, "self/stat").exists();
    }

    static List<Entry> processes() {
        var found = new ArrayList<Entry>();
        var names = ROOT.list();
        if (names != null) {
            for (var name : names) {
                if (Character.isDigit(name.charAt(0))) {
                    var entry = process(Long.parseLong(name));
                    if (entry != null) {
                        found.add(entry);
                    }
                }
            }
        }
        return found;
    }

    /** {@code null} if there is no such process, or only what is left of it until its parent asks. */
    static @Nullable Entry process(long pid) {
        var stat = read(pid, "stat");
        int nameEnd = stat.lastIndexOf(')');
        if (nameEnd < 0) {
            return null;
        }
        // The fields behind the name, from the third of proc(5): state ppid pgrp session … starttime (the 22nd).
        var fields = stat.substring(nameEnd + 2).split(" ", 21);
        if (fields[0].equals("Z") || fields[0].equals("X")) {
            return null;
        }
        return new Entry(
                pid,
                Long.parseLong(fields[1]),
                Long.parseLong(fields[3]),
                fields[0].equals("T"),
                Long.parseLong(fields[19]),
                stat.substring(stat.indexOf('(') + 1, nameEnd));
    }

    /** The value that a variable had when the process started; {@code null} if it had none or is another user's. */
    static @Nullable String variable(long pid, String name) {
        var environment = "\0" + read(pid, "environ");
        int at = environment.indexOf("\0" + name + "=");
        if (at < 0) {
            return null;
        }
        int start = at + name.length() + 2;
        int end = environment.indexOf('\0', start);
        return environment.substring(start, end < 0 ? environment.length() : end);
    }

    /** Bytes of a process in main memory, those included that it shares with others. */
    static long resident(long pid) {
        return kilobytes(read(pid, "status"), "VmRSS:");
    }

    /** The same, but of what several processes share to each its part. Takes the kernel a while for large ones. */
    static long proportional(long pid) {
        var parts = read(pid, "smaps_rollup");
        return parts.isEmpty() ? resident(pid) : kilobytes(parts, "Pss:");
    }

    private static long kilobytes(String table, String key) {
        int at = table.indexOf("\n" + key);
        if (at < 0) {
            return 0;
        }
        var line = table.substring(at + 1 + key.length(), table.indexOf('\n', at + 1))
                .strip();
        return Long.parseLong(line.substring(0, line.indexOf(' '))) * 1024;
    }

    /**
     * Makes the kernel kill this process, and those that it will start, rather than others when memory runs out. Anybody may do so to
     * a process of theirs.
     *
     * @param score what is added to its part of the memory, in thousandths
     */
    static void preferForKilling(long pid, int score) {
        try (var out = new FileOutputStream("/proc/" + pid + "/oom_score_adj")) {
            out.write(Integer.toString(score).getBytes(ISO_8859_1));
        } catch (IOException goneOrForbidden) {
            return;
        }
    }

    private static String read(long pid, String file) {
        try (var in = new FileInputStream("/proc/" + pid + "/" + file)) {
            return new String(in.readAllBytes(), ISO_8859_1);
        } catch (IOException goneOrForbidden) {
            return "";
        }
    }
}
