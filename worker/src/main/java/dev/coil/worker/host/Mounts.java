package dev.coil.worker.host;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * What tasks have mounted and left. On Linux alone; elsewhere a mounted file system is noticed by its device number.
 *
 * @see <a href="https://man7.org/linux/man-pages/man5/proc_pid_mountinfo.5.html">proc_pid_mountinfo(5)</a>
 */
public final class Mounts {

    /** That of file names. */
    private static final Charset NAMES = Charset.forName(System.getProperty("sun.jnu.encoding", "UTF-8"));

    private static final Path TABLE = Path.of("/proc/self/mountinfo");
    private static final int MOUNT_POINT = 4;

    private Mounts() {}

    /**
     * Unmounts what is mounted at or below a path.
     *
     * @return where something still is
     */
    public static List<String> release(Path path) throws IOException {
        var points = below(path);
        if (!points.isEmpty()) {
            Collections.reverse(points);
            for (var point : points) {
                unmount(point);
            }
            points = below(path);
        }
        return points;
    }

    /** In the order in which they were mounted. */
    private static List<String> below(Path path) throws IOException {
        var found = new ArrayList<String>();
        if (Files.isReadable(TABLE)) {
            var root = path.toAbsolutePath().normalize().toString();
            for (var line : Files.readAllLines(TABLE, ISO_8859_1)) {
                var point = unescaped(line.split(" ")[MOUNT_POINT]);
                if (point.equals(root) || point.startsWith(root + "/")) {
                    found.add(point);
                }
            }
        }
        return found;
    }

    /** A blank is {@code \040}. */
    private static String unescaped(String point) {
        var text = new StringBuilder();
        for (int i = 0; i < point.length(); i++) {
            if (point.charAt(i) == '\\' && i + 3 < point.length()) {
                text.append((char) Integer.parseInt(point.substring(i + 1, i + 4), 8));
                i += 3;
            } else {
                text.append(point.charAt(i));
            }
        }
        return new String(text.toString().getBytes(ISO_8859_1), NAMES);
    }

    private static void unmount(String point) throws IOException {
        try {
            var umount = new ProcessBuilder("umount", "-l", point)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            if (!umount.waitFor(10, TimeUnit.SECONDS)) {
                umount.destroyForcibly();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
