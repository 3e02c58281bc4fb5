package dev.coil.ops.scheduler;

import dev.coil.protocol.command.Command;
import dev.coil.protocol.graph.AttemptResult;
import dev.coil.protocol.graph.Outcome;
import dev.coil.protocol.log.CommandLog;
import dev.coil.protocol.log.KafkaSettings;
import dev.coil.protocol.log.SpaceFeed;
import dev.coil.protocol.log.Topics;
import dev.coil.protocol.space.ClaimId;
import dev.coil.protocol.space.SpaceChange;
import java.time.Duration;
import java.util.List;

/** Claims whatever is put into the space of requirements that every platform meets, and reports success. */
final class ScriptedWorker implements AutoCloseable {

    private final SpaceFeed feed;
    private final CommandLog commands;
    private final Thread thread;
    private final String name;
    private volatile boolean closed;
    private volatile boolean paused;

    ScriptedWorker(KafkaSettings settings, String name) {
        this.name = name;
        try (var admin = settings.admin()) {
            Topics.createSpaces(admin, settings, List.of(Topics.space("any")));
        }
        feed = new SpaceFeed(settings, List.of(Topics.space("any")));
        commands = new CommandLog(settings);
        thread = new Thread(this::run, name);
        thread.start();
    }

    private void run() {
        long nonce = 0;
        try (feed;
                commands) {
            while (!closed) {
                if (paused) {
                    Thread.onSpinWait();
                    continue;
                }
                for (var change : feed.poll(Duration.ofMillis(50))) {
                    if (change instanceof SpaceChange.Put put) {
                        var task = put.ready();
                        var claim = new ClaimId(name, ++nonce);
                        commands.append(new Command.ClaimTask(
                                task.project(), task.run(), task.task(), task.attempt(), claim, name));
                        commands.append(new Command.FinishTask(
                                task.project(),
                                task.run(),
                                task.task(),
                                task.attempt(),
                                claim,
                                AttemptResult.of(Outcome.SUCCESS, 0, 0, 0)));
                    }
                }
            }
        }
    }

    void pause(boolean on) {
        paused = on;
    }

    @Override
    public void close() {
        closed = true;
        try {
            thread.join(10_000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
