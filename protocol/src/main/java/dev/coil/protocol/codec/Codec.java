package dev.coil.protocol.codec;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.coil.protocol.command.Command;
import dev.coil.protocol.control.Control;
import dev.coil.protocol.event.Event;
import dev.coil.protocol.space.ReadyTask;
import dev.coil.protocol.space.Tombstone;
import dev.coil.protocol.tuple.WorkerInfo;
import java.io.IOException;
import java.util.concurrent.ConcurrentHashMap;

/**
 * JSON in UTF-8 for every record. Unknown fields are ignored, so that a newer writer may add some; an unknown type or version
 * is an {@link UnreadableRecord}.
 */
public final class Codec {

    /** The one mapper; others that speak the project's JSON (the API, the CLI) derive from it. */
    public static final ObjectMapper MAPPER = JsonMapper.builder()
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
            .build();

    private static final ConcurrentHashMap<Class<?>, ObjectReader> READERS = new ConcurrentHashMap<>();
    private static final ConcurrentHashMap<Class<?>, ObjectWriter> WRITERS = new ConcurrentHashMap<>();

    private Codec() {}

    public static byte[] encode(Command command) {
        return write(Command.class, command);
    }

    public static byte[] encode(Event event) {
        return write(Event.class, event);
    }

    public static byte[] encode(Control control) {
        return write(Control.class, control);
    }

    public static byte[] encode(ReadyTask task) {
        return write(ReadyTask.class, task);
    }

    public static byte[] encode(Tombstone tombstone) {
        return write(Tombstone.class, tombstone);
    }

    public static byte[] encode(WorkerInfo worker) {
        return write(WorkerInfo.class, worker);
    }

    /** Any other record of the project. */
    public static <T> byte[] write(Class<T> type, T value) {
        try {
            return WRITERS.computeIfAbsent(type, MAPPER::writerFor).writeValueAsBytes(value);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("cannot write a " + type.getSimpleName() + " as JSON", e);
        }
    }

    /** @throws UnreadableRecord if the bytes are not such a record, or one of a version that this program does not know */
    public static <T> T read(Class<T> type, byte[] bytes) {
        try {
            return READERS.computeIfAbsent(type, MAPPER::readerFor).readValue(bytes);
        } catch (IOException e) {
            throw new UnreadableRecord(type, bytes, e);
        }
    }
}
