package dev.coil.viewer.api;

import com.linecorp.armeria.common.MediaType;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;

/**
 * As what a file of an artifact is served: by its name, and where that says nothing, by its first bytes. Anybody may have written it, so
 * no script has a type by which a page would run it.
 *
 * @param shown whether browsers are to show it; else they save it
 */
record FileType(MediaType type, boolean shown) {

    /** How much of a file is looked at. */
    static final int LOOKED_AT = 4 * 1024;

    private static final FileType TEXT = shown(MediaType.PLAIN_TEXT_UTF_8);
    private static final FileType BYTES = new FileType(MediaType.OCTET_STREAM, false);

    private static final Map<String, FileType> BY_NAME = Map.ofEntries(
            Map.entry("html", shown(MediaType.HTML_UTF_8)),
            Map.entry("htm", shown(MediaType.HTML_UTF_8)),
            Map.entry("css", shown(MediaType.CSS_UTF_8)),
            Map.entry("js", TEXT),
            Map.entry("mjs", TEXT),
            Map.entry("xml", TEXT),
            Map.entry("xhtml", TEXT),
            Map.entry("json", shown(MediaType.JSON_UTF_8)),
            Map.entry("svg", shown(MediaType.SVG_UTF_8)),
            Map.entry("png", shown(MediaType.PNG)),
            Map.entry("jpg", shown(MediaType.JPEG)),
            Map.entry("jpeg", shown(MediaType.JPEG)),
            Map.entry("gif", shown(MediaType.GIF)),
            Map.entry("webp", shown(MediaType.WEBP)),
            Map.entry("avif", shown(MediaType.create("image", "avif"))),
            Map.entry("ico", shown(MediaType.ICO)),
            Map.entry("woff", shown(MediaType.create("font", "woff"))),
            Map.entry("woff2", shown(MediaType.create("font", "woff2"))),
            Map.entry("ttf", shown(MediaType.create("font", "ttf"))),
            Map.entry("webm", shown(MediaType.create("video", "webm"))),
            Map.entry("mp4", shown(MediaType.create("video", "mp4"))),
            // Browsers show it in a frame of their own, which a sandbox does not let them have.
            Map.entry("pdf", new FileType(MediaType.PDF, false)),
            Map.entry("zip", new FileType(MediaType.ZIP, false)),
            Map.entry("wwz", new FileType(MediaType.ZIP, false)),
            Map.entry("gz", new FileType(MediaType.create("application", "gzip"), false)));

    private static FileType shown(MediaType type) {
        return new FileType(type, true);
    }

    /** @param beginning its first bytes, {@link #LOOKED_AT} of them if it has as many */
    static FileType of(String name, byte[] beginning) {
        int dot = name.lastIndexOf('.');
        var known = dot < 0 ? null : BY_NAME.get(name.substring(dot + 1).toLowerCase(Locale.ROOT));
        return known != null ? known : isText(beginning) ? TEXT : BYTES;
    }

    /** Whether it is UTF-8 without what no text has; a last character may be cut off. */
    private static boolean isText(byte[] bytes) {
        for (byte b : bytes) {
            if (b >= 0 && b < ' ' && b != '\n' && b != '\r' && b != '\t' && b != '\f' && b != '\u001b' && b != '\b') {
                return false;
            }
        }
        var in = ByteBuffer.wrap(bytes);
        var malformed = StandardCharsets.UTF_8.newDecoder().decode(in, CharBuffer.allocate(bytes.length), false);
        return !malformed.isError();
    }
}
