package dev.coil.scheduler.dispatch;

import dev.coil.protocol.command.Command;
import dev.coil.protocol.graph.Action;
import dev.coil.protocol.graph.Priority;
import dev.coil.protocol.graph.Resources;
import dev.coil.protocol.graph.Source;
import dev.coil.protocol.graph.Start;
import dev.coil.protocol.log.SpaceSource;
import dev.coil.protocol.pause.Pause;
import dev.coil.protocol.space.ClaimId;
import dev.coil.protocol.space.Ranks;
import dev.coil.protocol.space.ReadyTask;
import dev.coil.protocol.space.SpaceChange;
import dev.coil.protocol.space.Tombstone;
import dev.coil.protocol.tuple.Attributes;
import dev.coil.protocol.tuple.OwnerRules;
import dev.coil.protocol.tuple.Requirement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.retry.RetryOneTime;
import org.jspecify.annotations.Nullable;

/** A dispatcher, with a space and a command log in memory, both of which the test plays. ZooKeeper is away. */
final class World implements AutoCloseable {

    /** Short, so that a test sees what comes of silence. */
    static final Patience SHORT = new Patience(
            Duration.ofMillis(700), Duration.ofMillis(300), Duration.ofMillis(700), Duration.ofMillis(300));

    final List<Command.OfProject> log = new CopyOnWriteArrayList<>();
    final Map<String, Pause> drains = new ConcurrentHashMap<>();
    final Announcements announcements =
            new Announcements(CuratorFrameworkFactory.newClient("127.0.0.1:1", new RetryOneTime(1)));
    final Sessions sessions = new Sessions("gateway", announcements);
    final Dispatcher dispatcher;
    private final LinkedBlockingQueue<SpaceChange> changes = new LinkedBlockingQueue<>();
    private volatile boolean appendable = true;

    /** How many commands Kafka did not take. */
    final AtomicInteger refused = new AtomicInteger();

    World(Patience patience) {
        dispatcher = new Dispatcher(
                new Dispatcher.World(topics -> new Space(), this::append, Set::of, () -> drains),
                "gateway",
                new Ranks(List::of, System::nanoTime),
                announcements,
                sessions,
                patience);
        dispatcher.start();
    }

    private CompletableFuture<Long> append(Command.OfProject command) {
        if (!appendable) {
            refused.incrementAndGet();
            return CompletableFuture.failedFuture(new IllegalStateException("Kafka is away"));
        }
        log.add(command);
        return CompletableFuture.completedFuture(0L);
    }

    /** Whether Kafka takes commands. */
    void appendable(boolean now) {
        appendable = now;
    }

    private final class Space implements SpaceSource {
        private volatile boolean awake;

        @Override
        public List<SpaceChange> poll(Duration timeout) {
            var taken = new ArrayList<SpaceChange>();
            try {
                long end = System.nanoTime() + timeout.toNanos();
                while (taken.isEmpty() && !awake && System.nanoTime() < end) {
                    var change = changes.poll(2, TimeUnit.MILLISECONDS);
                    if (change != null) {
                        taken.add(change);
                        changes.drainTo(taken);
                    }
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            awake = false;
            return taken;
        }

        @Override
        public boolean caughtUp() {
            return true;
        }

        @Override
        public void wakeup() {
            awake = true;
        }

        @Override
        public void close() {
            awake = true;
        }
    }

    Session session(String id, int slots) {
        announce(id, slots, null);
        return sessions.session(id);
    }

    void announce(String id, int slots, @Nullable String unfit) {
        var attributes = Attributes.of(Map.of("os", "linux", "arch", "x86_64", "cpus", Integer.toString(slots)));
        var hello = new WorkerHello("machine-" + id, id, attributes, slots, "", 1, false, OwnerRules.NONE, unfit);
        dispatcher.announce(id, hello, null).join();
    }

    Poll poll(Session session) {
        return dispatcher.poll(session, Duration.ofSeconds(20));
    }

    static ReadyTask task(String project, int index, Priority priority, Resources resources) {
        var script = Action.script("true");
        var action = new Action(
                script.script(),
                null,
                "sh",
                Map.of(),
                "",
                false,
                null,
                false,
                List.of(),
                List.of(),
                Map.of(),
                false,
                resources,
                List.of(),
                null,
                List.of());
        return new ReadyTask(
                1,
                project,
                1,
                index,
                1,
                "id",
                "task" + index,
                Map.of(),
                Requirement.parse("os=linux"),
                priority,
                Start.OPTIMISTIC,
                0,
                index,
                Source.none(),
                action,
                null,
                List.of());
    }

    static ReadyTask task(int index) {
        return task("p", index, Priority.NORMAL, Resources.NONE);
    }

    void put(ReadyTask... tasks) {
        for (var task : tasks) {
            changes.add(new SpaceChange.Put(task));
        }
    }

    /** The log's answer to a claim of the task. */
    void answer(ReadyTask task, ClaimId winner) {
        changes.add(new SpaceChange.Remove(task.ref(), new Tombstone(1, task.attempt(), winner, null)));
    }

    void withdraw(ReadyTask task, String reason) {
        changes.add(new SpaceChange.Remove(task.ref(), new Tombstone(1, task.attempt(), null, reason)));
    }

    <T extends Command> List<T> said(Class<T> kind) {
        return log.stream().filter(kind::isInstance).map(kind::cast).toList();
    }

    @Override
    public void close() {
        dispatcher.close();
    }
}
