package dev.coil.protocol.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.coil.protocol.Golden;
import dev.coil.protocol.access.AccessRecord;
import dev.coil.protocol.command.Command;
import dev.coil.protocol.control.Control;
import dev.coil.protocol.event.Event;
import dev.coil.protocol.space.ReadyTask;
import dev.coil.protocol.space.Tombstone;
import dev.coil.protocol.tuple.WorkerInfo;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The records as they stand in logs, of which old ones must stay readable: {@code golden/*.json}. */
class CodecTest {

    @ParameterizedTest(name = "{0}")
    @MethodSource("samples")
    void shouldWriteTheGoldenRecord(String name, Object sample, Class<Object> type) throws JsonProcessingException {
        var json = new String(Codec.write(type, sample), StandardCharsets.UTF_8);

        Golden.assertEqual(Golden.path("golden/" + name + ".json"), pretty(json));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("samples")
    void shouldReadTheGoldenRecord(String name, Object sample, Class<Object> type) {
        var golden = Golden.read(Golden.path("golden/" + name + ".json"));

        assertThat(Codec.read(type, golden.getBytes(StandardCharsets.UTF_8))).isEqualTo(sample);
    }

    @Test
    void shouldHaveAGoldenRecordOfEveryKind() {
        assertThat(Samples.COMMANDS.keySet()).isEqualTo(kinds(Command.class));
        assertThat(Samples.EVENTS.keySet()).isEqualTo(kinds(Event.class));
        assertThat(Samples.CONTROLS.keySet()).isEqualTo(kinds(Control.class));
        assertThat(Samples.ACCESS.keySet()).isEqualTo(kinds(AccessRecord.class));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"type\": \"StartEpoch.2\", \"owner\": \"x\"}",
                "{\"type\": \"Unheard.1\"}",
                "{\"owner\": \"x\"}",
                "not JSON",
                "",
            })
    void shouldSayThatARecordOfAnUnknownTypeOrVersionIsUnreadable(String text) {
        assertThatThrownBy(() -> Codec.read(Command.class, text.getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(UnreadableRecord.class)
                .hasMessage("not a readable Command: " + text);
    }

    @Test
    void shouldIgnoreFieldsOfANewerWriter() {
        var json = "{\"type\": \"StartEpoch.1\", \"owner\": \"node-1\", \"mood\": \"fine\"}";

        assertThat(Codec.read(Command.class, json.getBytes(StandardCharsets.UTF_8)))
                .isEqualTo(new Command.StartEpoch("node-1"));
    }

    private static Stream<Arguments> samples() {
        var samples = new ArrayList<Arguments>();
        addAll(samples, "command", Samples.COMMANDS, Command.class);
        addAll(samples, "event", Samples.EVENTS, Event.class);
        addAll(samples, "control", Samples.CONTROLS, Control.class);
        addAll(samples, "access", Samples.ACCESS, AccessRecord.class);
        samples.add(Arguments.of("ReadyTask", Samples.READY_TASK, ReadyTask.class));
        samples.add(Arguments.of("Tombstone.claimed", Samples.CLAIMED, Tombstone.class));
        samples.add(Arguments.of("Tombstone.withdrawn", Samples.WITHDRAWN, Tombstone.class));
        samples.add(Arguments.of("WorkerInfo", Samples.WORKER_INFO, WorkerInfo.class));
        samples.add(Arguments.of("WorkerInfo.gateway", Samples.WORKER_INFO_OF_GATEWAY, WorkerInfo.class));
        return samples.stream();
    }

    private static void addAll(List<Arguments> samples, String kind, Map<String, ?> records, Class<?> type) {
        records.forEach((name, sample) -> samples.add(Arguments.of(kind + "." + name, sample, type)));
    }

    /** The names of the records that a sealed interface permits, over all levels. */
    private static Set<String> kinds(Class<?> sealed) {
        var kinds = new LinkedHashSet<String>();
        for (var permitted : sealed.getPermittedSubclasses()) {
            if (permitted.isRecord()) {
                kinds.add(permitted.getSimpleName());
            } else {
                kinds.addAll(kinds(permitted));
            }
        }
        return kinds;
    }

    private static String pretty(String json) throws JsonProcessingException {
        return Codec.MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(Codec.MAPPER.readTree(json)) + "\n";
    }
}
