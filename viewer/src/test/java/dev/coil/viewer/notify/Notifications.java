package dev.coil.viewer.notify;

import dev.coil.protocol.project.ForgeKind;
import dev.coil.viewer.forge.FakeForge;
import dev.coil.viewer.forge.Forge;
import dev.coil.viewer.forge.ForgeRepository;
import dev.coil.viewer.notify.Failures.FailedChange;
import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;

/** A notifier with a forge, and time that passes when the test says so. */
final class Notifications implements AutoCloseable {

    private static final HttpClient CLIENT = HttpClient.newHttpClient();
    private static final int MOST_TURNS = 100_000;

    final Runs runs = new Runs();
    final SettableClock clock = new SettableClock();
    final MemoryTold told = new MemoryTold();
    final FakeForge forge;
    final Map<String, ForgeRepository> repositories = new HashMap<>();
    final List<FailedChange> failures = new CopyOnWriteArrayList<>();
    volatile boolean leads = true;
    Notifier notifier;

    /** One of the projects cannot be asked. */
    private final Projects projects = new Projects() {
        @Override
        public Optional<ForgeRepository> forge(String project) {
            if (project.equals("broken")) {
                throw new IllegalArgumentException("no address of a forge");
            }
            return Optional.ofNullable(repositories.get(project));
        }

        @Override
        public URI pages() {
            return URI.create("https://ci.example.org/");
        }
    };

    Notifications(ForgeKind kind) {
        forge = new FakeForge(kind);
        repositories.put("mylang", forge.repository());
        notifier = another();
    }

    /** As after a restart: it knows what is durable. */
    Notifier another() {
        return new Notifier(
                runs.projection,
                projects,
                () -> List.copyOf(failures),
                told,
                () -> leads,
                clock,
                new Random(17),
                repository -> Forge.of(repository, CLIENT, Duration.ofSeconds(20)));
    }

    /** Looks once and tells what is due. */
    void turn() throws InterruptedException {
        notifier.look();
        notifier.workOff();
    }

    /** Until nothing is left to tell. */
    void settle() throws InterruptedException {
        turn();
        for (int i = 0; !notifier.isIdle(); i++) {
            if (i == MOST_TURNS) {
                throw new AssertionError("never at rest");
            }
            clock.pass(Duration.ofSeconds(1));
            turn();
        }
    }

    void turnAfter(Duration time) throws InterruptedException {
        clock.pass(time);
        turn();
    }

    @Override
    public void close() {
        notifier.close();
        forge.close();
    }
}
