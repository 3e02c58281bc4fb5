package dev.coil.viewer.archive;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Something that lies in an archive.
 *
 * @param name the last part of its path
 * @param bytes the length of a file; 0 of anything else
 * @param target where a link points, as far as that is known; {@code null} of anything else
 * @param place where the content of a file is; {@code null} of anything else
 */
public record Entry(
        String name,
        Kind kind,
        long bytes,
        @Nullable String target,
        @Nullable Place place) {

    /** What it is. */
    public enum Kind {
        /** It holds others. */
        DIRECTORY,
        /** It has content. */
        FILE,
        /** It names another place, which may be anywhere: links are shown and not followed. */
        LINK;

        /** The spelling in JSON. */
        public String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Where a file's content is in its archive. */
    sealed interface Place {

        /** As it is, from there on. */
        record Plain(long at) implements Place {}

        /** Behind the header of a zip's entry. */
        record Zipped(long header, long packed, boolean deflated) implements Place {}

        /** In a form that cannot be read here; the reason goes on behind the file's name. */
        record Closed(String why) implements Place {}
    }

    static Entry directory(String name) {
        return new Entry(name, Kind.DIRECTORY, 0, null, null);
    }

    static Entry file(String name, long bytes, Place place) {
        return new Entry(name, Kind.FILE, bytes, null, place);
    }

    static Entry link(String name, @Nullable String target) {
        return new Entry(name, Kind.LINK, 0, target, null);
    }

    /** Whether it is a file that its name says can be looked into. */
    public boolean isArchive() {
        var lower = name.toLowerCase(Locale.ROOT);
        return kind == Kind.FILE && (lower.endsWith(".zip") || lower.endsWith(".wwz"));
    }
}
