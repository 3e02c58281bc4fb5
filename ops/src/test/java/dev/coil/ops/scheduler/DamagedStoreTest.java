package dev.coil.ops.scheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.coil.protocol.command.Command;
import dev.coil.protocol.event.Event;
import dev.coil.protocol.event.EventRecord;
import dev.coil.protocol.graph.Action;
import dev.coil.protocol.graph.Source;
import dev.coil.protocol.graph.TaskSpec;
import dev.coil.protocol.log.CommandLog;
import dev.coil.protocol.log.EventTail;
import dev.coil.protocol.tuple.Requirement;
import dev.coil.scheduler.owner.Status;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A store that somebody or something has been at while nobody had it open: it is rebuilt from the log, and that is said. */
class DamagedStoreTest extends SchedulerFixture {

    private enum Damage {
        ALL_FILES_DELETED("it is empty, and coil.commands has", files -> files.forEach(Damage::delete)),
        CURRENT_DELETED("is damaged", files -> of(files, "CURRENT").forEach(Damage::delete)),
        MANIFEST_DELETED("is damaged", files -> of(files, "MANIFEST").forEach(Damage::delete)),
        TABLE_DELETED("is damaged", files -> of(files, ".sst").forEach(Damage::delete)),
        MANIFEST_FLIPPED("is damaged", files -> of(files, "MANIFEST").forEach(Damage::flip)),
        TABLE_FLIPPED("does not fit the logs (the store failed", files -> of(files, ".sst")
                .forEach(Damage::flip)),
        TABLE_OF_A_NEWER_ROCKSDB("is damaged", files -> of(files, ".sst").forEach(Damage::makeNewer));

        private final String notice;
        private final Consumer<List<Path>> deed;

        Damage(String notice, Consumer<List<Path>> deed) {
            this.notice = notice;
            this.deed = deed;
        }

        private static List<Path> of(List<Path> files, String word) {
            var some = files.stream()
                    .filter(file -> file.getFileName().toString().contains(word))
                    .toList();
            assertThat(some).as("files with %s in their names", word).isNotEmpty();
            return some;
        }

        private static void delete(Path file) {
            try {
                Files.delete(file);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        private static void flip(Path file) {
            change(file, bytes -> {
                for (int i = 0; i < Math.min(64, bytes.limit()); i++) {
                    bytes.put(i, (byte) ~bytes.get(i));
                }
            });
        }

        /** The format's version stands before the magic number, the last 8 bytes. */
        private static void makeNewer(Path file) {
            change(file, bytes -> bytes.order(ByteOrder.LITTLE_ENDIAN).putInt(bytes.limit() - 12, 1_000));
        }

        private static void change(Path file, Consumer<ByteBuffer> change) {
            try {
                var bytes = Files.readAllBytes(file);
                change.accept(ByteBuffer.wrap(bytes));
                Files.write(file, bytes);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void shouldRebuildItFromTheLogAndSaySo(Damage damage) throws Exception {
        try (var scheduler = scheduler("one")) {
            scheduler.start();
            submit("before");
            await().atMost(PATIENCE).until(() -> created().contains("before"));
        }
        for (int partition = 0; partition < settings.partitions(); partition++) {
            damage.deed.accept(files(directory.resolve("one/partition-" + partition + "/db")));
        }

        try (var scheduler = scheduler("one")) {
            scheduler.start();
            submit("behind");

            assertThat(scheduler.statuses()).extracting(Status::rebuilt).allSatisfy(notice -> assertThat(notice)
                    .contains(damage.notice, "it is rebuilt from the command log"));
            await().atMost(PATIENCE).until(() -> created().contains("behind"));
            assertThat(created()).containsExactly("before", "behind");
        }
    }

    /** The runs that the event log tells of. */
    private List<String> created() throws InterruptedException {
        var events = new CopyOnWriteArrayList<EventRecord>();
        try (var tail = new EventTail(settings, EventTail.Start.BEGINNING, "tail", events::addAll)) {
            tail.awaitCaughtUp();
        }
        return events.stream()
                .map(EventRecord::event)
                .filter(Event.RunCreated.class::isInstance)
                .map(event -> ((Event.RunCreated) event).id())
                .toList();
    }

    private static List<Path> files(Path directory) throws IOException {
        var found = new ArrayList<Path>();
        try (var files = Files.list(directory)) {
            files.filter(Files::isRegularFile).forEach(found::add);
        }
        return found;
    }

    private void submit(String id) throws Exception {
        try (var commands = new CommandLog(settings)) {
            var task = TaskSpec.simple("t", List.of(), Requirement.ANY, Action.script("true"));
            commands.append(new Command.StageTasks("p", id, 0, List.of(task)));
            commands.append(new Command.SubmitRun("r-" + id, "p", id, Source.none(), 1, false, "test", null))
                    .get();
        }
    }
}
