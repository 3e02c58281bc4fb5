package dev.coil.scheduler.blob;

import dev.coil.scheduler.blob.Bucket.Entry;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a listing says of one upload of a blob.
 *
 * @param name of the upload
 */
record Copy(
        String digest,
        String name,
        @Nullable Entry content,
        @Nullable Entry claimed,
        @Nullable Entry condemned) {

    private static final String ALL = "blobs/";

    /** What the keys of all copies of a blob begin with. */
    static String prefix(String digest) {
        return ALL + digest + "/";
    }

    /** One of which nothing is there yet. */
    static Copy fresh(String digest, String name) {
        return new Copy(digest, name, null, null, null);
    }

    /** Those of which a listing has something. */
    static List<Copy> of(String digest, List<Entry> listing) {
        var found = new TreeMap<String, Copy>();
        for (var entry : listing) {
            var parts = entry.key().substring(prefix(digest).length()).split("/");
            if (parts.length == 2) {
                found.merge(
                        parts[0],
                        fresh(digest, parts[0]).with(parts[1], entry),
                        (copy, more) -> copy.with(parts[1], entry));
            }
        }
        return new ArrayList<>(found.values());
    }

    private Copy with(String part, Entry entry) {
        return switch (part) {
            case "content" -> new Copy(digest, name, entry, claimed, condemned);
            case "claimed" -> new Copy(digest, name, content, entry, condemned);
            case "condemned" -> new Copy(digest, name, content, claimed, entry);
            default -> this;
        };
    }

    /** The key of an object of it. */
    String key(String part) {
        return prefix(digest) + name + "/" + part;
    }

    boolean isCondemned() {
        return condemned != null;
    }

    /** Whether somebody may be told that it is there. */
    boolean isClaimable() {
        return content != null && condemned == null;
    }

    /** Whether it was neither written nor claimed since then. */
    boolean isOlderThan(Instant then) {
        return (content == null || content.written().isBefore(then))
                && (claimed == null || claimed.written().isBefore(then));
    }
}
