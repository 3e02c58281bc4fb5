package dev.coil.ops.checkout;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Sets up directories for tests with {@code sh} and git, away from the configuration of whoever runs them. */
public record Shell(Path directory) {

    /** Runs a script in the directory, which is made if need be. */
    public String run(String script) {
        try {
            Files.createDirectories(directory);
            var builder = new ProcessBuilder("sh", "-e", "-c", script)
                    .directory(directory.toFile())
                    .redirectErrorStream(true);
            var environment = builder.environment();
            environment.put("GIT_CONFIG_GLOBAL", "/dev/null");
            environment.put("GIT_CONFIG_SYSTEM", "/dev/null");
            environment.put("GIT_AUTHOR_NAME", "Ada");
            environment.put("GIT_AUTHOR_EMAIL", "ada@localhost");
            environment.put("GIT_COMMITTER_NAME", "Ada");
            environment.put("GIT_COMMITTER_EMAIL", "ada@localhost");
            var process = builder.start();
            process.getOutputStream().close();
            var output = new String(process.getInputStream().readAllBytes(), UTF_8).strip();
            if (process.waitFor() != 0) {
                throw new AssertionError(script + "\n" + output);
            }
            return output;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    /** A repository on branch main with one commit, which has a graph and a file {@code a.txt}. */
    public static Shell repository(Path directory) {
        var shell = new Shell(directory);
        shell.run("git init -q -b main .; echo 'tasks: {t: {run: committed}}' > .coil.yml; echo a > a.txt;"
                + " git add .; git commit -q -m 'First things first'");
        return shell;
    }

    /** A bare repository that stands in for a node's. */
    public static Shell bare(Path directory) {
        var shell = new Shell(directory);
        shell.run("git init -q --bare -b main .");
        return shell;
    }
}
