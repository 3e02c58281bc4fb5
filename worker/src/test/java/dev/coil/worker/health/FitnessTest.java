package dev.coil.worker.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.coil.worker.host.DiskSpace;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalTime;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FitnessTest {

    @TempDir
    Path directory;

    private static final Duration AGAIN = Duration.ofMillis(100);

    private final AtomicReference<LocalTime> time = new AtomicReference<>(LocalTime.of(23, 0));
    private final AtomicLong ahead = new AtomicLong();
    private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();
    private @Nullable Fitness fitness;

    private Fitness start(List<String> program) {
        var made = new Fitness(
                Hours.of(List.of("22:00-06:00")),
                time::get,
                new DiskSpace(directory),
                new SelfTest(directory, List.of(program)),
                AGAIN);
        made.start(() -> OptionalLong.of(ahead.get()), trouble -> heard.add(String.valueOf(trouble)));
        fitness = made;
        return made;
    }

    @AfterEach
    void close() {
        if (fitness != null) {
            fitness.close();
        }
    }

    private String next() throws InterruptedException {
        return String.valueOf(heard.poll(60, TimeUnit.SECONDS));
    }

    private Path program(String text) throws Exception {
        var file = Files.writeString(directory.resolve("program"), "#!/bin/sh\n" + text + '\n');
        assertThat(file.toFile().setExecutable(true)).isTrue();
        return file;
    }

    @Test
    void shouldTestItselfAfterAnErrorUntilAllIsWellAgain() throws Exception {
        var broken = Files.writeString(directory.resolve("broken"), "");
        var program = program("test ! -e " + broken);
        var health = start(List.of(program.toString()));
        assertThat(health.isFit()).isTrue();

        health.suspect();
        assertThat(next()).isEqualTo("has a " + program + " that ends with 1");
        assertThat(health.isFit()).isFalse();
        Files.delete(broken);

        assertThat(next()).isEqualTo("null");
        assertThat(health.isFit()).isTrue();
    }

    @Test
    void shouldGoOnWhenTheErrorWasNotItsOwn() throws Exception {
        var ran = directory.resolve("ran");
        var health = start(List.of(program("echo >>" + ran).toString()));

        health.suspect();
        ahead.set(Duration.ofHours(3).toMillis());

        // Looks do not overtake each other: the next one finds the clock wrong, when the test has been made.
        while (!Files.exists(ran)) {
            Thread.onSpinWait();
        }
        health.suspect();
        assertThat(next()).startsWith("has a clock");
    }

    @Test
    void shouldTakeNothingWhileItsClockIsFarOff() throws Exception {
        ahead.set(Duration.ofHours(26).toMillis());
        var health = start(List.of("true"));
        assertThat(next()).isEqualTo("has a clock that is 26 hours behind the node's: set one of them right");
        assertThat(health.isFit()).isFalse();
        ahead.set(Duration.ofMinutes(-7).toMillis());
        assertThat(next()).isEqualTo("has a clock that is 7 minutes ahead of the node's: set one of them right");
        ahead.set(Duration.ofMinutes(4).toMillis());

        assertThat(next()).isEqualTo("null");
        assertThat(health.isFit()).isTrue();
    }

    @Test
    void shouldWorkAtTheHoursOfItsOwnerOnly() throws Exception {
        var health = start(List.of("true"));
        assertThat(health.isFit()).isTrue();

        time.set(LocalTime.of(6, 0));
        assertThat(health.isFit()).isFalse();
        assertThat(next()).isEqualTo("works at 22:00-06:00 only, by its owner's rules");
        time.set(LocalTime.of(22, 0));
        assertThat(next()).isEqualTo("null");
        assertThat(health.isFit()).isTrue();
    }

    @Test
    void shouldReadHours() {
        var hours = Hours.of(List.of("22:00-06:00", "12:00-13:30"));
        assertThat(hours).hasToString("22:00-06:00, 12:00-13:30");
        for (var open : List.of("22:00", "23:59", "00:00", "05:59", "12:00", "13:29")) {
            assertThat(hours.has(LocalTime.parse(open))).as(open).isTrue();
        }
        for (var closed : List.of("21:59", "06:00", "11:59", "13:30")) {
            assertThat(hours.has(LocalTime.parse(closed))).as(closed).isFalse();
        }
        assertThat(Hours.ALWAYS.has(LocalTime.NOON)).isTrue();
        for (var wrong : List.of("22-6", "22:00", "25:00-26:00", "22:00-06:00-07:00", "")) {
            assertThatThrownBy(() -> Hours.of(List.of(wrong)))
                    .hasMessage("'" + wrong + "' is no time of the day to work at: expected two times, as 22:00-06:00");
        }
    }

    @Test
    void shouldSayWhichProgramIsMissing() throws Exception {
        var health = start(List.of("no-such-program"));

        health.suspect();

        assertThat(next()).startsWith("cannot run no-such-program: ").contains("No such file");
    }

    @Test
    void shouldNoticeThatItsDirectoryIsGone() throws Exception {
        var gone = Files.createDirectory(directory.resolve("gone"));
        var test = new SelfTest(gone, List.of());
        assertThat(test.trouble()).isNull();
        assertThat(gone).isEmptyDirectory();

        Files.delete(gone);

        assertThat(test.trouble()).startsWith("cannot write to " + gone + ": ");
    }
}
