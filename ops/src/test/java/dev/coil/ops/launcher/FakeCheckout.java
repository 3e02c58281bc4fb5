package dev.coil.ops.launcher;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * A checkout with the real launcher, and with programs in place of Maven and Java that take no time: {@code mvn} writes what a build
 * leaves and counts its runs, {@code java} prints its arguments.
 */
final class FakeCheckout {

    /** How a program ended, and what it printed. */
    record Ended(int status, String out, String err) {}

    final Path top;
    final Path jdk;
    private final Path bin;
    private final Path runs;

    /** What each process that was started prints to standard error, by its id. */
    private final Map<Long, Path> errors = new ConcurrentHashMap<>();

    FakeCheckout(Path directory) throws IOException {
        top = Files.createDirectories(directory.resolve("a checkout"));
        bin = Files.createDirectories(directory.resolve("bin"));
        jdk = directory.resolve("jdk");
        runs = directory.resolve("runs");
        Files.copy(launcher(), top.resolve("coil"), StandardCopyOption.COPY_ATTRIBUTES);
        write(top.resolve("pom.xml"), "");
        write(source(), "");
        age(top.resolve("pom.xml"));
        age(source());
        age(source().getParent());
        java("17.0.9");
        mvn("");
    }

    private static Path launcher() {
        return Path.of("..", "coil").toAbsolutePath().normalize();
    }

    Path source() {
        return top.resolve("scheduler/src/main/Source.java");
    }

    /** Puts a Java of this version in place. */
    void java(String version) throws IOException {
        script(jdk.resolve("bin/java"), """
                for each in "$@"; do
                    case $each in -XX:ArchiveClassesAtExit=*) echo archive >"${each#*=}"; exit ;; esac
                done
                printf '%s\\n' "$@"
                """);
        script(jdk.resolve("bin/javac"), "");
        write(jdk.resolve("release"), "IMPLEMENTOR=\"Some\"\nJAVA_VERSION=\"" + version + "\"\n");
    }

    /** Puts a Maven in place that does this after it has counted itself, and before it writes what a build leaves. */
    void mvn(String first) throws IOException {
        script(bin.resolve("mvn"), """
                echo run >>'%s'
                echo '[INFO] Building Coil scheduler 1.0                      [3/6]'
                %s
                target='%s/ops/target'
                mkdir -p "$target/lib"
                for each in coil.jar lib/coil-scheduler.jar lib/other.jar; do echo built >"$target/$each"; done
                """.formatted(runs, first, top));
    }

    long buildCount() throws IOException {
        return Files.exists(runs) ? Files.readAllLines(runs).size() : 0;
    }

    Ended coil(String... arguments) throws IOException, InterruptedException {
        return finish(start(top.resolve("coil"), Map.of(), arguments));
    }

    Ended coil(Path launcher, Map<String, String> environment) throws IOException, InterruptedException {
        return finish(start(launcher, environment));
    }

    Process start() throws IOException {
        return start(top.resolve("coil"), Map.of());
    }

    private Process start(Path launcher, Map<String, String> environment, String... arguments) throws IOException {
        // A shell cannot trap a signal that was ignored when it started, as it is where tests run in the background.
        var command = new ArrayList<>(List.of("env", "--default-signal=INT,HUP,TERM", launcher.toString()));
        command.addAll(List.of(arguments));
        var builder = new ProcessBuilder(command).directory(bin.toFile());
        builder.environment().clear();
        builder.environment().putAll(Map.of("PATH", bin + ":/usr/bin:/bin", "JAVA_HOME", jdk.toString()));
        builder.environment().putAll(environment);
        builder.redirectError(Files.createTempFile(bin, "err", "").toFile());
        var process = builder.start();
        errors.put(process.pid(), builder.redirectError().file().toPath());
        return process;
    }

    Ended finish(Process process) throws IOException, InterruptedException {
        var out = new String(process.getInputStream().readAllBytes(), UTF_8);
        if (!process.waitFor(30, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new AssertionError("the launcher did not end");
        }
        return new Ended(process.exitValue(), out, Files.readString(errors.get(process.pid())));
    }

    /** Makes a file older than every build. */
    static void age(Path file) throws IOException {
        Files.setLastModifiedTime(file, FileTime.from(Instant.now().minusSeconds(3600)));
    }

    static void write(Path file, String text) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    private static void script(Path file, String text) throws IOException {
        write(file, "#!/bin/sh\n" + text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
}
