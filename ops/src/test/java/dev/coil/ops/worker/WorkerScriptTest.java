package dev.coil.ops.worker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The shell worker as a text, and what it says before it speaks to a node. */
class WorkerScriptTest {

    private static final int LONGEST_LINE = 120;

    /** What ShellCheck cannot see: functions that traps and other functions call, and variables that copies of the shell have. */
    private static final String NOT_SEEN = "SC2317,SC2030,SC2031";

    /** {@code a && b || c} where b does not fail, texts for other programs in single quotes, and ls for a size, as POSIX has no stat. */
    private static final String MEANT = "SC2015,SC2016,SC2012";

    @TempDir
    Path directory;

    private record Ended(int code, String output) {}

    private Ended run(List<String> command) throws Exception {
        var builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().remove("COIL_URL");
        var process = builder.start();
        process.getOutputStream().close();
        var output = new String(process.getInputStream().readAllBytes(), UTF_8);
        return new Ended(process.waitFor(), output);
    }

    private Ended worker(String shell, String... arguments) throws Exception {
        var command = new ArrayList<>(List.of(shell.split(" ")));
        command.add(ShellWorker.script(directory).toString());
        command.addAll(List.of(arguments));
        return run(command);
    }

    static Stream<String> shells() {
        return ShellWorker.SHELLS.stream();
    }

    @Test
    void shouldBeCleanForShellCheck() throws Exception {
        var script = ShellWorker.script(directory).toString();

        assertThat(run(List.of("shellcheck", "-s", "sh", "-e", NOT_SEEN + "," + MEANT, script)))
                .isEqualTo(new Ended(0, ""));
    }

    @Test
    void shouldHaveNoBashisms() throws Exception {
        assertThat(run(List.of("checkbashisms", ShellWorker.script(directory).toString())))
                .isEqualTo(new Ended(0, ""));
    }

    @Test
    void shouldHaveNoLongLines() throws IOException {
        assertThat(Files.readAllLines(ShellWorker.script(directory)))
                .allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(LONGEST_LINE));
    }

    @ParameterizedTest
    @MethodSource("shells")
    void shouldTellItsOptions(String shell) throws Exception {
        var help = worker(shell, "--help");

        assertThat(help.code()).as(help.output()).isZero();
        assertThat(help.output()).startsWith("usage: sh worker.sh").contains("--slots N", "SIGUSR1");
    }

    @ParameterizedTest
    @MethodSource("shells")
    void shouldSayInOneLineWhatIsWrongWithItsOptions(String shell) throws Exception {
        assertThat(worker(shell)).isEqualTo(new Ended(2, "worker.sh: no node: give --url URL, or set COIL_URL\n"));
        assertThat(worker(shell, "--slots", "0", "--url", "http://localhost"))
                .isEqualTo(new Ended(2, "worker.sh: --slots is '0': expected 1 to 1000\n"));
        assertThat(worker(shell, "--slot", "1"))
                .isEqualTo(new Ended(2, "worker.sh: '--slot' is unknown; --help tells all options\n"));
        assertThat(worker(shell, "--url"))
                .isEqualTo(new Ended(2, "worker.sh: --url needs a value; --help tells all options\n"));
        assertThat(worker(shell, "--url", "localhost:8080"))
                .isEqualTo(new Ended(
                        2, "worker.sh: 'localhost:8080' is no URL: expected http://HOST:PORT or https://HOST\n"));
    }

    @Test
    void shouldSayThatItNeedsCurl() throws Exception {
        var bin = Files.createDirectories(directory.resolve("bin"));
        for (var program : List.of("uname", "mkdir")) {
            Files.createSymbolicLink(bin.resolve(program), Path.of("/usr/bin").resolve(program));
        }
        var script = ShellWorker.script(directory);

        var ended = run(List.of("env", "PATH=" + bin, "/bin/sh", script.toString(), "--url", "http://localhost:1"));

        assertThat(ended.code()).isEqualTo(1);
        assertThat(ended.output()).startsWith("coil-worker: this worker needs the program curl");
    }

    @Test
    void shouldLetNoOtherWorkerIntoItsDirectory() throws Exception {
        var place = directory.resolve("w1");
        // Nobody answers there, so it waits, and has its directory.
        try (var first = ShellWorker.start("dash", java.net.URI.create("http://127.0.0.1:1"), place)) {
            org.awaitility.Awaitility.await().until(() -> first.said().contains("tries again"));

            var second = worker("dash", "--url", "http://127.0.0.1:1", "--directory", place + "/worker");

            assertThat(second.code()).isEqualTo(1);
            assertThat(second.output()).contains("another worker uses " + place.toRealPath(), "(process ");
        }
    }

    /** What posh's wait says after a read with an option is not always true. */
    @ParameterizedTest
    @MethodSource("shells")
    void shouldKnowHowAChildEnded(String shell) throws Exception {
        var script = Files.readString(ShellWorker.script(directory));
        var await = script.substring(script.indexOf("\nawait() {"), script.indexOf("# on_stop:"));
        var test = Files.writeString(directory.resolve("await.sh"), await + """
                line() {
                    { read -r a b <"$1"; } 2>/dev/null
                    x="$a$a$a$a"
                    case $x in q*) set -- "$x" --head "$@" ;; esac
                }
                cd "$(dirname "$0")"
                echo 'hello world' >in
                i=0
                while [ $i -lt 200 ]; do
                    i=$((i + 1))
                    line in one two
                    (exit $((i % 3))) &
                    child=$!
                    echo "$child 0" >out
                    await "$child"
                    [ "$status" -eq $((i % 3)) ] || echo "$i: $status"
                done
                """);
        var command = new ArrayList<>(List.of(shell.split(" ")));
        command.add(test.toString());

        assertThat(run(command)).isEqualTo(new Ended(0, ""));
    }

    /** None of what an archive could do, in whatever order its entries are. */
    @ParameterizedTest
    @MethodSource("shells")
    void shouldUnpackNothingThatLeadsOutOfTheDirectory(String shell) throws Exception {
        var script = Files.readString(ShellWorker.script(directory));
        var functions = script.substring(0, script.lastIndexOf("main \"$@\""));
        var test = Files.writeString(directory.resolve("unpack.sh"), functions + """
                top=$(cd "$(dirname "$0")" && pwd)
                io=$top/io
                disk_bytes=1000000
                fault() {
                    echo "refused: $2"
                    exit 1
                }
                mkdir "$top/out" "$top/in"
                for archive; do
                    rm -rf "$top/in/ws"
                    (unpack "$archive" "$top/in/ws") && find "$top/in" ! -type d | sed "s,$top/in/,,"
                done
                ls "$top/out"
                """);
        var out = directory.resolve("out").toString();
        var archives = List.of(
                archive("good", entry("d/", TarConstants.LF_DIR, ""), entry("d/a", TarConstants.LF_NORMAL, "")),
                archive("up", entry("../x", TarConstants.LF_NORMAL, "")),
                archive("absolute", entry(out + "/x", TarConstants.LF_NORMAL, "")),
                archive("through", entry("l", TarConstants.LF_SYMLINK, out), entry("l/x", TarConstants.LF_NORMAL, "")),
                archive("behind", entry("l/x", TarConstants.LF_NORMAL, ""), entry("l", TarConstants.LF_SYMLINK, out)),
                archive("device", entry("null", TarConstants.LF_CHR, "")),
                archive("pipe", entry("pipe", TarConstants.LF_FIFO, "")),
                archive("hard", entry("h", TarConstants.LF_LINK, out + "/x")));
        var command = new ArrayList<>(List.of(shell.split(" ")));
        command.add(test.toString());
        command.addAll(archives);

        var said = run(command).output().lines().toList();
        assertThat(said).as("%s", said).hasSize(8);
        assertThat(said.get(0)).isEqualTo("ws/d/a");
        assertThat(said.subList(1, 8)).allMatch(line -> line.startsWith("refused: the archive"));
    }

    private static TarArchiveEntry entry(String name, byte type, String link) {
        var entry = new TarArchiveEntry(name, type, true);
        entry.setLinkName(link);
        return entry;
    }

    private String archive(String name, TarArchiveEntry... entries) throws IOException {
        var file = directory.resolve(name + ".tgz");
        try (var tar = new TarArchiveOutputStream(new GZIPOutputStream(Files.newOutputStream(file)))) {
            for (var entry : entries) {
                tar.putArchiveEntry(entry);
                tar.closeArchiveEntry();
            }
        }
        return file.toString();
    }
}
