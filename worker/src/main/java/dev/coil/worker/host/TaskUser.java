package dev.coil.worker.host;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The user as whom tasks run, where a worker that root has started was given one. Whatever the worker does with what they leave, it does
 * as that user: whatever links they left there, and whatever a process of theirs that hid does meanwhile, it sees what they see.
 */
public final class TaskUser {

    private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_.-]*");

    private static final String PERL = "my ($u, $g) = splice @ARGV, 0, 2; require POSIX; $) = \"$g $g\";"
            + " POSIX::setgid($g) && POSIX::setuid($u) or die; exec { $ARGV[0] } @ARGV or exit 127";

    /** Some take {@code --} for the end of their own options, others hand it on. */
    private static final String SU = "case $0 in --) exec \"$@\" ;; esac; exec \"$0\" \"$@\"";

    /** For scripts that open {@code /dev/stdout}, which is a pipe that root has made. */
    private static final String HAND_OVER_OUTPUT = "for fd in 1 2; do"
            + " [ ! -p \"/proc/self/fd/$fd\" ] || chown \"$0\" \"/proc/self/fd/$fd\"; done; exec \"$@\"";

    /** The directory itself at last: until then nobody else gets in and puts something there. */
    private static final String GIVE =
            "cd \"$1\" && find . ! -name . -prune -exec chown -hR \"$2\" {} +" + " && chmod 755 . && chown \"$2\" .";

    private final String name;
    private final String uid;
    private final String gid;
    private final List<String> prefix;

    private TaskUser(String name, String uid, String gid, List<String> prefix) {
        this.name = name;
        this.uid = uid;
        this.gid = gid;
        this.prefix = prefix;
    }

    /**
     * Finds the user, and a way to run programs as them; tried out.
     *
     * @param name {@code null} for the worker's own
     * @return {@code null} if that is the worker's own
     * @throws IOException with what is in the way
     */
    public static @Nullable TaskUser detect(@Nullable String name) throws IOException, InterruptedException {
        if (name == null) {
            return null;
        }
        if (!isName(name)) {
            throw new IOException("--user is '" + name + "': expected the name of a user of this machine");
        }
        var uid = Programs.run(List.of("id", "-u", name));
        var gid = Programs.run(List.of("id", "-g", name));
        if (!uid.success() || !gid.success()) {
            throw new IOException("--user is " + name + ": there is no such user on this machine");
        }
        if (uid.said().equals("0")) {
            throw new IOException("--user is " + name + ", who may do everything: name an ordinary user");
        }
        var own = Programs.run(List.of("id", "-u")).said();
        if (uid.said().equals(own)) {
            return null;
        }
        if (!own.equals("0")) {
            throw new IOException("--user is " + name + ", and only root can run tasks as somebody else, which user "
                    + own + " is not: start the worker as root, or leave out --user");
        }
        for (var way : ways(name, uid.said(), gid.said())) {
            var user = new TaskUser(name, uid.said(), gid.said(), way);
            if (user.says("id", "-u").equals(uid.said())
                    && user.says("id", "-G").equals(gid.said())) {
                return user;
            }
        }
        throw new IOException("neither setpriv nor perl nor su can run programs as " + name + " here, without that"
                + " user's other groups: install setpriv (of util-linux) or perl, or leave out --user");
    }

    public static boolean isName(String name) {
        return NAME.matcher(name).matches();
    }

    /** What the owner of a worker should know of its user; empty for nothing. */
    public static List<String> advice(@Nullable String name) {
        return name == null && System.getProperty("user.name").equals("root")
                ? List.of(
                        "the worker runs as root, and so do its tasks: --user NAME runs them as an ordinary user of this"
                                + " machine")
                : List.of();
    }

    private static List<List<String>> ways(String name, String uid, String gid) {
        return List.of(
                List.of("setpriv", "--reuid=" + uid, "--regid=" + gid, "--clear-groups", "--inh-caps=-all"),
                List.of("perl", "-e", PERL, uid, gid),
                List.of("env", "SHELL=/bin/sh", "su", "-m", name, "-c", SU, "--"));
    }

    /** Both outputs; nothing if it fails. */
    private String says(String... command) throws InterruptedException {
        var ended = Programs.run(command(List.of(command)));
        return ended.success() ? ended.said() : "";
    }

    private boolean can(String test, Path path) throws InterruptedException {
        return Programs.run(command(List.of("sh", "-c", test, "sh", path.toString())))
                .success();
    }

    /**
     * Lets the user through to the workspaces and to git's objects, and to nothing else of the worker's.
     *
     * @throws IOException if they cannot reach them
     */
    public void letInto(Path directory) throws IOException, InterruptedException {
        try (var entries = Files.list(directory)) {
            for (var file : entries.filter(Files::isRegularFile).toList()) {
                permit(file, "rw-------");
            }
        }
        for (var name : List.of("slots", "trees", "trash")) {
            permit(Files.createDirectories(directory.resolve(name)), "rwx--x--x");
        }
        permit(Files.createDirectories(directory.resolve("cache")), "rwx------");
        permit(Files.createDirectories(directory.resolve("caches")), "rwx------");
        permit(Files.createDirectories(directory.resolve("mirrors")), "rwxr-xr-x");
        permit(directory, "rwx--x--x");
        var slots = directory.resolve("slots");
        if (!can("cd \"$1\"", slots)) {
            throw new IOException("--user is " + name + ", who cannot pass through the directories above " + slots
                    + ": give --dir a place that everybody can reach, such as /var/lib/coil");
        }
    }

    private static void permit(Path path, String permissions) throws IOException {
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(permissions));
    }

    /**
     * What of the worker's environment is meant for tasks, as it is for theirs: a home directory that they can write to, if need be one
     * of the worker's making, and no directory for temporary files that they cannot.
     */
    public Map<String, String> environment(Map<String, String> own, Path directory)
            throws IOException, InterruptedException {
        var theirs = new LinkedHashMap<>(own);
        theirs.put("HOME", home(directory).toString());
        var temporary = own.get("TMPDIR");
        if (temporary != null && !can("test -d \"$1\" -a -w \"$1\"", Path.of(temporary))) {
            theirs.remove("TMPDIR");
        }
        return theirs;
    }

    private Path home(Path directory) throws IOException, InterruptedException {
        var said = Programs.run(List.of("sh", "-c", "echo ~" + name)).said();
        if (said.startsWith("/") && can("test -d \"$1\" -a -w \"$1\"", Path.of(said))) {
            return Path.of(said);
        }
        var made = Files.createDirectories(directory.resolve("home"));
        var given = Programs.run(List.of("chown", uid + ":" + gid, made.toString()));
        if (!given.success()) {
            throw new IOException("cannot give " + made + " to " + name + ": " + given.complaint());
        }
        permit(made, "rwx------");
        return made;
    }

    /** The command line that runs a program as the user. Its environment is the program's: theirs to read. */
    public List<String> command(List<String> command) {
        var words = new ArrayList<>(prefix);
        words.addAll(command);
        return words;
    }

    /** The same, with outputs, if they are pipes, that the user may open once more. */
    public List<String> outermost(List<String> command) {
        var words = new ArrayList<>(List.of("sh", "-c", HAND_OVER_OUTPUT, uid));
        words.addAll(command(command));
        return words;
    }

    /** A program that is to run as the user, with nothing of the worker's in its environment. */
    public ProcessBuilder process(List<String> command) {
        var builder = new ProcessBuilder(command(command));
        Programs.bare(builder.environment());
        // GNU's find wants to return to where it was started.
        return builder.directory(new File("/"));
    }

    /** Gives the user a tree that the worker has made, and that nobody else can reach. */
    public void give(Path tree) throws IOException, InterruptedException {
        var given = Programs.run(List.of("sh", "-c", GIVE, "sh", tree.toString(), uid + ":" + gid));
        if (!given.success()) {
            throw new IOException("cannot give " + tree + " to " + name + ": " + given.complaint());
        }
    }

    /** Lets the user read a file of the worker's. */
    public void show(Path file) throws IOException {
        Files.setAttribute(file, "unix:gid", Integer.parseUnsignedInt(gid), LinkOption.NOFOLLOW_LINKS);
        permit(file, "rw-r-----");
    }

    public boolean owns(Path path) throws IOException {
        return Integer.toUnsignedString((Integer) Files.getAttribute(path, "unix:uid", LinkOption.NOFOLLOW_LINKS))
                .equals(uid);
    }
}
