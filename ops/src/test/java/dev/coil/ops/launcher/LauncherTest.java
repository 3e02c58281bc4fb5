package dev.coil.ops.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LauncherTest {

    @TempDir
    private Path directory;

    private FakeCheckout checkout;

    @BeforeEach
    void makeACheckout() throws Exception {
        checkout = new FakeCheckout(directory);
    }

    @Test
    void shouldBuildWhatIsMissingAndSaySoOnStandardErrorAlone() throws Exception {
        var first = checkout.coil("run", "a b");

        assertThat(first.status()).isZero();
        assertThat(first.out()).endsWith("coil.jar\nrun\na b\n").doesNotContain("build ", "INFO");
        assertThat(first.err()).contains("coil: building scheduler [3/6]");
        assertThat(checkout.buildCount()).isEqualTo(1);
    }

    @Test
    void shouldNotBuildAgainWhatIsThere() throws Exception {
        checkout.coil();

        var second = checkout.coil();

        assertThat(second.err()).isEmpty();
        assertThat(checkout.buildCount()).isEqualTo(1);
    }

    @Test
    void shouldStartWhatIsInstalledBesideItAndWriteNothing() throws Exception {
        FakeCheckout.write(checkout.top.resolve("coil.jar"), "installed");

        var installed = checkout.coil("list");

        assertThat(installed.out()).contains("\n-jar\n" + checkout.top.resolve("coil.jar") + "\nlist\n");
        assertThat(installed.err()).isEmpty();
        assertThat(checkout.buildCount()).isZero();
        assertThat(checkout.top.resolve("ops/target")).doesNotExist();
        assertThat(checkout.top).isDirectoryNotContaining("glob:**.jsa");
    }

    @Test
    void shouldBuildAgainWhenASourceIsNewerOrGone() throws Exception {
        checkout.coil();

        Files.writeString(checkout.source(), "changed");
        checkout.coil();
        assertThat(checkout.buildCount()).isEqualTo(2);

        Files.delete(checkout.source());
        checkout.coil();
        assertThat(checkout.buildCount()).isEqualTo(3);
    }

    @Test
    void shouldBuildAgainWhatChangedWhileItWasBuilt() throws Exception {
        checkout.mvn("sleep 0.1; echo changed >'" + checkout.source() + "'");
        checkout.coil();
        checkout.mvn("");

        checkout.coil();
        checkout.coil();

        assertThat(checkout.buildCount()).isEqualTo(2);
    }

    @Test
    void shouldLeaveTheBuildThatRunsAlone() throws Exception {
        var before = jarOf(checkout.coil());
        Files.writeString(checkout.source(), "changed");

        var after = jarOf(checkout.coil());

        assertThat(after).isNotEqualTo(before);
        assertThat(before).exists();
        assertThat(after.resolveSibling("lib/coil-scheduler.jar")).exists();
    }

    @Test
    void shouldShowTheEndOfAFailedBuildAndExitWith3() throws Exception {
        checkout.mvn("echo '[ERROR] no such symbol'; exit 1");

        var failed = checkout.coil();

        assertThat(failed.status()).isEqualTo(3);
        assertThat(failed.out()).isEmpty();
        assertThat(failed.err()).contains("[ERROR] no such symbol", "ops/target/build.log");

        checkout.mvn("");
        assertThat(checkout.coil().status()).isZero();
    }

    @Test
    void shouldBuildOnceForSeveralFirstStarts() throws Exception {
        checkout.mvn("sleep 0.5");

        var first = checkout.start();
        var second = checkout.start();
        var third = checkout.start();

        assertThat(checkout.finish(first).status()).isZero();
        assertThat(checkout.finish(second).status()).isZero();
        assertThat(checkout.finish(third).status()).isZero();
        assertThat(checkout.buildCount()).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({"INT, 130", "TERM, 143", "HUP, 129"})
    void shouldLeaveNothingBrokenWhenInterrupted(String signal, int status) throws Exception {
        checkout.mvn("touch '" + directory + "/sleeping'; exec sleep 60");
        var building = checkout.start();
        await().until(() -> Files.exists(directory.resolve("sleeping")));

        new ProcessBuilder("kill", "-" + signal, Long.toString(building.pid()))
                .start()
                .waitFor();
        var interrupted = checkout.finish(building);

        assertThat(interrupted.status()).isEqualTo(status);
        assertThat(interrupted.err()).contains("interrupted");
        assertThat(checkout.top.resolve("ops/target/building")).doesNotExist();
        checkout.mvn("");
        assertThat(checkout.coil().status()).isZero();
    }

    @Test
    void shouldTakeOverFromABuildThatWasKilled() throws Exception {
        var building = checkout.top.resolve("ops/target/building");
        var dead = new ProcessBuilder("true").start();
        dead.waitFor();
        FakeCheckout.write(building.resolve("pid"), dead.pid() + "\n");

        assertThat(checkout.coil().status()).isZero();
        assertThat(building).doesNotExist();
    }

    @Test
    void shouldStartThroughSymbolicLinks() throws Exception {
        var absolute = Files.createSymbolicLink(directory.resolve("absolute"), checkout.top.resolve("coil"));
        var relative = Files.createSymbolicLink(directory.resolve("relative"), Path.of("absolute"));

        var ended = checkout.coil(relative, Map.of());

        assertThat(absolute).isSymbolicLink();
        assertThat(ended.status()).isZero();
        assertThat(jarOf(ended)).startsWith(checkout.top.toRealPath());
    }

    @ParameterizedTest
    @CsvSource({"11.0.2, 3", "1.8.0_392, 3", "17, 0", "25-ea, 0", "21.0.1, 0"})
    void shouldInsistOnJava17(String version, int status) throws Exception {
        checkout.java(version);

        var ended = checkout.coil();

        assertThat(ended.status()).isEqualTo(status);
        if (status != 0) {
            assertThat(ended.err()).contains(version, checkout.jdk.toString(), "17 or newer");
        }
    }

    @Test
    void shouldSayThatThereIsNoJavaWhereJavaHomePoints() throws Exception {
        var ended = checkout.coil(checkout.top.resolve("coil"), Map.of("JAVA_HOME", "/nowhere"));

        assertThat(ended.status()).isEqualTo(3);
        assertThat(ended.err()).contains("JAVA_HOME is /nowhere");
    }

    @Test
    void shouldSayWhatABuildNeeds() throws Exception {
        Files.delete(checkout.jdk.resolve("bin/javac"));
        assertThat(checkout.coil().err()).contains("a JDK is needed");
    }

    @Test
    void shouldGoOnWithoutTheArchiveThatCouldNotBeMade() throws Exception {
        Files.writeString(checkout.jdk.resolve("bin/java"), """
                #!/bin/sh
                case "$*" in *ArchiveClassesAtExit*) echo broken; exit 1 ;; esac
                printf '%s\\n' "$@"
                """);

        assertThat(checkout.coil().err()).contains("did not work");

        var second = checkout.coil();
        assertThat(second.status()).isZero();
        assertThat(second.err()).isEmpty();
        assertThat(second.out()).doesNotContain("SharedArchiveFile");
    }

    @Test
    void shouldMapTheArchiveOfThisJava() throws Exception {
        assertThat(checkout.coil().out()).containsPattern("-XX:SharedArchiveFile=.*/17.0.9.jsa");

        checkout.java("25.0.1");
        var newer = checkout.coil();

        assertThat(newer.out()).containsPattern("-XX:SharedArchiveFile=.*/25.0.1.jsa");
        assertThat(newer.out()).contains("--sun-misc-unsafe-memory-access=allow");
        assertThat(checkout.buildCount()).isEqualTo(1);
    }

    /** The jar that the fake Java was told to run. */
    private static Path jarOf(FakeCheckout.Ended ended) {
        return Path.of(ended.out()
                .lines()
                .dropWhile(line -> !line.equals("-jar"))
                .skip(1)
                .findFirst()
                .orElseThrow());
    }
}
