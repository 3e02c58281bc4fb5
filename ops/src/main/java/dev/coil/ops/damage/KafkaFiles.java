package dev.coil.ops.damage;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongConsumer;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Coil's topics in the directory of an embedded Kafka, as its last broker left them. While no broker runs, a look that takes a fraction of a
 * second finds what would let the next one append behind what nobody can read; the rest is for later, when nobody waits for it.
 *
 * <p>A broker that was killed has left its last files with an end that may be torn. The next one reads them and cuts them where they
 * cannot be read, so they are not looked at here.
 */
public final class KafkaFiles {

    private static final Logger log = LoggerFactory.getLogger(KafkaFiles.class);

    /** What is read before the start, besides the ends of large files. */
    private static final long QUICK_BYTES = 32L << 20;

    private static final String OURS = "coil.";

    /** Written by a broker that has stopped in an orderly way. */
    private static final String CLEAN = ".kafka_cleanshutdown";

    private final Path directory;
    private final Map<Segment, Boolean> isLast = new TreeMap<>(Comparator.comparing(Segment::file));
    private final boolean clean;
    private final List<Segment> unread = new ArrayList<>();

    /** @param directory of a broker that does not run; may not be there */
    public KafkaFiles(Path directory) throws IOException {
        this.directory = directory;
        clean = Files.exists(directory.resolve(CLEAN));
        if (Files.isDirectory(directory)) {
            try (var partitions = Files.newDirectoryStream(directory, OURS + "*")) {
                for (var partition : partitions) {
                    addSegments(partition);
                }
            }
        }
    }

    private void addSegments(Path partition) throws IOException {
        var segments = new ArrayList<Segment>();
        try (var files = Files.newDirectoryStream(partition, "*" + Segment.SUFFIX)) {
            for (var file : files) {
                segments.add(Segment.of(file));
            }
        }
        for (var segment : segments) {
            isLast.put(segment, segments.stream().noneMatch(other -> other.isLaterThan(segment)));
        }
    }

    /** Looks at small files, and at the ends of the large ones; what is not looked at is for {@link #readRest}. */
    public List<Damage> look() throws IOException {
        var found = new ArrayList<Damage>();
        long budget = QUICK_BYTES;
        for (var segment : segments(topic -> true)) {
            boolean whole = segment.size() <= budget;
            if (!whole) {
                unread.add(segment);
            }
            if (whole || isLast.getOrDefault(segment, false)) {
                budget -= whole ? segment.size() : 0;
                damage(segment, whole ? 0 : segment.nearEnd(), read -> {}, found);
            }
        }
        return found;
    }

    /** Reads all of a topic. */
    public List<Damage> read(String topic) throws IOException {
        var found = new ArrayList<Damage>();
        for (var segment : segments(topic::equals)) {
            damage(segment, 0, read -> {}, found);
        }
        return found;
    }

    /**
     * Reads what {@link #look} has not read; a broker may run.
     *
     * @param read is told of each piece that was read, and may take its time
     */
    public List<Damage> readRest(LongConsumer read) throws IOException {
        var found = new ArrayList<Damage>();
        for (var segment : unread) {
            try {
                damage(segment, 0, read, found);
            } catch (NoSuchFileException e) {
                log.debug("{} has expired", segment.file());
            }
        }
        return found;
    }

    /** Has the next broker cut off what cannot be read at the end of its files, as it does after it was killed. */
    public void haveEndsCut() throws IOException {
        Files.deleteIfExists(directory.resolve(CLEAN));
    }

    /** Those that nobody else will look at. */
    private List<Segment> segments(Predicate<String> topics) {
        return isLast.entrySet().stream()
                .filter(segment -> clean || !segment.getValue())
                .map(Map.Entry::getKey)
                .filter(segment -> topics.test(topic(segment)))
                .toList();
    }

    private void damage(Segment segment, long from, LongConsumer read, List<Damage> into) throws IOException {
        var position = segment.damageFrom(from, read);
        if (position.isPresent()) {
            boolean atTheEnd = isLast.getOrDefault(segment, false) && !segment.goesOnBehind(position.getAsLong());
            into.add(new Damage(topic(segment), segment.file(), position.getAsLong(), atTheEnd));
        }
    }

    private static String topic(Segment segment) {
        var partition =
                segment.file().toAbsolutePath().getParent().getFileName().toString();
        return partition.substring(0, partition.lastIndexOf('-'));
    }
}
