package dev.coil.scheduler.store;

import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.jspecify.annotations.Nullable;

/**
 * Which log a store is a cache of; in a file beside it.
 *
 * @param layout of the store; a store of another layout is discarded and rebuilt
 */
public record Identity(String clusterId, String topicId, int partitions, int partition, int layout) {

    /** The layout that this program writes. */
    public static final int LAYOUT = 5;

    private static final JsonMapper MAPPER = JsonMapper.builder().build();
    private static final String FILE = "identity.json";

    /** What a directory says of its store; {@code null} if there is none, or what there is cannot be read. */
    public static @Nullable Identity read(Path directory) {
        try {
            return MAPPER.readValue(directory.resolve(FILE).toFile(), Identity.class);
        } catch (IOException e) {
            return null;
        }
    }

    /** Makes the directory one whose store is nobody's. */
    public static void forget(Path directory) throws IOException {
        Files.deleteIfExists(directory.resolve(FILE));
    }

    public void write(Path directory) throws IOException {
        Files.createDirectories(directory);
        var temporary = directory.resolve(FILE + ".new");
        MAPPER.writeValue(temporary.toFile(), this);
        Files.move(
                temporary,
                directory.resolve(FILE),
                StandardCopyOption.ATOMIC_MOVE,
                StandardCopyOption.REPLACE_EXISTING);
    }
}
