package dev.coil.viewer.logs;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Up to where the log topic has been stored, by partition: a file with the topic's id and one line {@code partition offset} for
 * each. Positions of another topic, as after Kafka's data were removed, are worth nothing.
 */
final class Positions {

    private static final Logger log = LoggerFactory.getLogger(Positions.class);

    private final Path file;
    private final String topicId;

    Positions(Path file, String topicId) {
        this.file = file;
        this.topicId = topicId;
    }

    /** Empty if there are none, or none that can be used. */
    Map<Integer, Long> read() throws IOException {
        if (!Files.exists(file)) {
            return Map.of();
        }
        var lines = Files.readAllLines(file, UTF_8);
        if (lines.isEmpty() || !lines.get(0).equals(topicId)) {
            return Map.of();
        }
        try {
            var positions = new HashMap<Integer, Long>();
            for (var line : lines.subList(1, lines.size())) {
                var words = line.split(" ");
                positions.put(Integer.valueOf(words[0]), Long.valueOf(words[1]));
            }
            return positions;
        } catch (NumberFormatException | ArrayIndexOutOfBoundsException e) {
            log.warn("{} is damaged; reading the log topic from its beginning", file);
            return Map.of();
        }
    }

    /** Replaces the file as a whole, so that a crash leaves the old or the new one. */
    void write(Map<Integer, Long> positions) throws IOException {
        var text = new StringBuilder(topicId).append('\n');
        positions.forEach((partition, offset) ->
                text.append(partition).append(' ').append(offset).append('\n'));
        var next = file.resolveSibling(file.getFileName() + ".next");
        Files.writeString(next, text, UTF_8);
        Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
