package dev.coil.scheduler.source;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/** A working copy and the git program, as a submitter or a worker has them. */
final class GitClient {

    private final Path directory;
    private long now = 1_600_000_000L;

    private GitClient(Path directory) {
        this.directory = directory;
    }

    /** A new repository with one commit. */
    static GitClient create(Path directory) throws Exception {
        Files.createDirectories(directory);
        var client = new GitClient(directory);
        client.git("init", "--quiet", "--initial-branch=main", ".");
        client.commit("README", "hello\n");
        return client;
    }

    static GitClient at(Path directory) throws IOException {
        Files.createDirectories(directory);
        return new GitClient(directory);
    }

    /** Lets later commits be made at a time, in seconds since the epoch. */
    GitClient at(long time) {
        now = time;
        return this;
    }

    Path directory() {
        return directory;
    }

    /** Commits a file and returns the commit's id. */
    String commit(String file, String content) throws Exception {
        Files.writeString(directory.resolve(file), content);
        return commitAll();
    }

    /** Commits a file that does not compress. */
    String commitNoise(String file, int bytes, long seed) throws Exception {
        var noise = new byte[bytes];
        new Random(seed).nextBytes(noise);
        Files.write(directory.resolve(file), noise);
        return commitAll();
    }

    private String commitAll() throws Exception {
        git("add", ".");
        git("-c", "user.name=A", "-c", "user.email=a@example.com", "commit", "--quiet", "-m", "Change");
        return head();
    }

    String head() throws Exception {
        return git("rev-parse", "HEAD").strip();
    }

    /** Pushes a commit as submitters do. */
    void submit(String url, String commit) throws Exception {
        git("push", "--quiet", url, commit + ":refs/coil/commits/" + commit);
    }

    /** Runs git, which must succeed, and returns what it printed. */
    String git(String... arguments) throws Exception {
        var process = start(arguments);
        var output = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue())
                .as("git %s:%n%s", List.of(arguments), output)
                .isZero();
        return output;
    }

    /** Runs git, which must fail, and returns what it printed. */
    String failing(String... arguments) throws Exception {
        var process = start(arguments);
        var output = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor())
                .as("git %s:%n%s", List.of(arguments), output)
                .isNotZero();
        return output;
    }

    Process start(String... arguments) throws IOException {
        var command = new ArrayList<>(List.of("git"));
        command.addAll(List.of(arguments));
        var builder = new ProcessBuilder(command).directory(directory.toFile()).redirectErrorStream(true);
        builder.environment().put("GIT_COMMITTER_DATE", now + " +0000");
        builder.environment().put("GIT_CONFIG_GLOBAL", "/dev/null");
        builder.environment().put("GIT_CONFIG_NOSYSTEM", "1");
        builder.environment().put("GIT_TERMINAL_PROMPT", "0");
        return builder.start();
    }
}
