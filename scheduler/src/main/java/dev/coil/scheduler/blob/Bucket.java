package dev.coil.scheduler.blob;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;

/**
 * The few things that are asked of an object store. What has been put or deleted is so for all who ask afterwards, listings included,
 * as S3 has it since 2020.
 */
public interface Bucket extends AutoCloseable {

    /**
     * An object.
     *
     * @param written when, by the clock of the store, to the second; where an object came in parts, when the first one did
     */
    record Entry(String key, long size, Instant written) {}

    /** All objects whose keys begin so. */
    List<Entry> list(String prefix) throws IOException;

    /** Puts a file: there whole or not at all, over whatever has the key. */
    void put(String key, Path file) throws IOException;

    /** Puts an object without content, whose time is what counts. */
    void mark(String key) throws IOException;

    void delete(String key) throws IOException;

    /** Some bytes of an object, which come as they are read. */
    InputStream read(String key, long first, long length) throws IOException;

    @Override
    default void close() {}
}
