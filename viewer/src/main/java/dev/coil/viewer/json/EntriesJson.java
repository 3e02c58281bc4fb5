package dev.coil.viewer.json;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.coil.viewer.archive.Entry;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Some of what a directory of an artifact holds: the API's {@code Entries}. */
public final class EntriesJson {

    private EntriesJson() {}

    /**
     * Writes a page of a directory.
     *
     * @param path of the directory: empty, or with a slash at its end
     * @param entries those of the page
     * @param total how many there are in all
     * @param next behind which name the next page begins; {@code null} if there is none
     * @param leftOut how many entries of the archive are not shown, as their names lead out of it
     */
    public static void write(
            JsonGenerator json, String path, List<Entry> entries, int total, @Nullable String next, int leftOut)
            throws IOException {
        json.writeStartObject();
        json.writeStringField("path", path);
        json.writeNumberField("total", total);
        json.writeArrayFieldStart("entries");
        for (var entry : entries) {
            write(json, entry);
        }
        json.writeEndArray();
        Json.text(json, "next", next);
        json.writeNumberField("leftOut", leftOut);
        json.writeEndObject();
    }

    private static void write(JsonGenerator json, Entry entry) throws IOException {
        json.writeStartObject();
        json.writeStringField("name", entry.name());
        json.writeStringField("kind", entry.kind().text());
        if (entry.kind() == Entry.Kind.FILE) {
            json.writeNumberField("bytes", entry.bytes());
        } else {
            json.writeNullField("bytes");
        }
        Json.text(json, "target", entry.target());
        json.writeBooleanField("archive", entry.isArchive());
        json.writeEndObject();
    }
}
