package dev.coil.viewer.archive;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Reads which entries a tar archive has, and where: the headers alone, one after the other. Knows what the workers write and what tar
 * programs do: POSIX.1-2001 (pax), ustar, and GNU's long names and large numbers. A sparse file is named, but not read.
 */
final class TarReader {

    private static final int BLOCK = 512;

    /** A name longer than any system has is an attempt to fill the memory. */
    private static final int LONGEST = 64 * 1024;

    private static final int SIZE_AT = 124;
    private static final int SUM_AT = 148;
    private static final int NUMBER = 12;

    private final Region tar;
    private final Tree tree;
    private long at;

    /** What the entries before it say of the next one. */
    private @Nullable String path;

    private @Nullable String linkPath;
    private @Nullable String size;
    private boolean sparse;

    private TarReader(Region tar, int most) {
        this.tar = tar;
        tree = new Tree(most);
    }

    /** @throws Unreadable if it is no tar archive, or has more than so many entries */
    static Tree read(Region tar, int most) throws IOException {
        var reader = new TarReader(tar, most);
        while (reader.next()) {
            reader.requireSane();
        }
        return reader.tree;
    }

    private boolean next() throws IOException {
        if (tar.length() - at < BLOCK) {
            return false;
        }
        var header = tar.read(at, BLOCK).array();
        if (isZero(header)) {
            return false;
        }
        requireSum(header);
        at += BLOCK;
        char type = (char) header[156];
        long bytes = type == 'x' || type == 'g' || type == 'L' || type == 'K' || size == null
                ? number(header, SIZE_AT, NUMBER)
                : decimal(size);
        switch (type) {
            case 'x' -> pax(text(bytes));
            case 'g' -> requireShort(bytes);
            case 'L' -> path = untilZero(text(bytes), 0, (int) bytes);
            case 'K' -> linkPath = untilZero(text(bytes), 0, (int) bytes);
            default -> {
                entry(header, type, bytes);
                path = null;
                linkPath = null;
                size = null;
                sparse = false;
            }
        }
        at += hasContent(type) ? (bytes + BLOCK - 1) / BLOCK * BLOCK : 0;
        return true;
    }

    private void requireSane() throws Unreadable {
        if (at < 0 || at > tar.length() + BLOCK) {
            throw new Unreadable("is damaged, or cut off: an entry is longer than the archive");
        }
    }

    private static boolean hasContent(char type) {
        return type < '1' || type > '6';
    }

    private void entry(byte[] header, char type, long bytes) throws IOException {
        var name = path != null ? path : name(header);
        var target = linkPath != null ? linkPath : untilZero(header, 157, 100);
        long content = at;
        if (type == '5' || (type != '1' && type != '2' && name.endsWith("/"))) {
            tree.add(name, Entry::directory);
        } else if (type == '1') {
            var first = tree.findAsWritten(target);
            tree.add(
                    name,
                    last -> first == null || first.place() == null
                            ? Entry.link(last, target)
                            : Entry.file(last, first.bytes(), first.place()));
        } else if (type == '2') {
            tree.add(name, last -> Entry.link(last, target));
        } else if (type == 'S' || sparse) {
            tree.add(
                    name,
                    last -> Entry.file(
                            last, bytes, new Entry.Place.Closed("is a sparse file, which cannot be shown here")));
        } else if (type == '0' || type == '\0' || type == '7') {
            tree.add(name, last -> Entry.file(last, bytes, new Entry.Place.Plain(content)));
        }
        // Devices and pipes are nothing that could be shown.
    }

    private static String name(byte[] header) {
        var prefix = untilZero(header, 257, 5).equals("ustar") && header[262] == 0 ? untilZero(header, 345, 155) : "";
        var name = untilZero(header, 0, 100);
        return prefix.isEmpty() ? name : prefix + "/" + name;
    }

    /** Lines of the form {@code LENGTH KEY=VALUE}, the length that of the whole line in bytes. */
    private void pax(byte[] records) throws Unreadable {
        int start = 0;
        while (start < records.length) {
            int space = start;
            while (space < records.length && records[space] != ' ') {
                space++;
            }
            long length = decimal(new String(records, start, space - start, ISO_8859_1));
            if (length <= space - start + 1 || length > records.length - start) {
                throw damaged();
            }
            var line = new String(records, space + 1, (int) length - (space - start) - 2, UTF_8);
            int equals = line.indexOf('=');
            if (equals < 0) {
                throw damaged();
            }
            keep(line.substring(0, equals), line.substring(equals + 1));
            start += (int) length;
        }
    }

    private void keep(String key, String value) {
        if (key.equals("path")) {
            path = value;
        } else if (key.equals("linkpath")) {
            linkPath = value;
        } else if (key.equals("size")) {
            size = value;
        } else if (key.startsWith("GNU.sparse.")) {
            sparse = true;
        }
    }

    private byte[] text(long bytes) throws IOException {
        requireShort(bytes);
        return tar.read(at, (int) bytes).array();
    }

    private static void requireShort(long bytes) throws Unreadable {
        if (bytes < 0 || bytes > LONGEST) {
            throw new Unreadable("has an entry whose name is longer than " + LONGEST + " bytes");
        }
    }

    private static String untilZero(byte[] bytes, int from, int length) {
        int end = from;
        while (end < from + length && bytes[end] != 0) {
            end++;
        }
        return new String(bytes, from, end - from, UTF_8);
    }

    private static long decimal(String digits) throws Unreadable {
        if (!digits.matches("[0-9]{1,18}")) {
            throw damaged();
        }
        return Long.parseLong(digits);
    }

    /** In octal digits, or in binary ones if the first bit is set, as GNU writes what is too large. */
    private static long number(byte[] header, int from, int length) throws Unreadable {
        if ((header[from] & 0x80) != 0) {
            long value = ByteBuffer.wrap(header, from + length - Long.BYTES, Long.BYTES)
                    .getLong();
            if (value < 0) {
                throw damaged();
            }
            return value;
        }
        var digits = untilZero(header, from, length).strip();
        if (!digits.matches("[0-7]{0,12}")) {
            throw damaged();
        }
        return digits.isEmpty() ? 0 : Long.parseLong(digits, 8);
    }

    private static void requireSum(byte[] header) throws Unreadable {
        long sum = 0;
        for (int i = 0; i < BLOCK; i++) {
            sum += i >= SUM_AT && i < SUM_AT + 8 ? ' ' : Byte.toUnsignedInt(header[i]);
        }
        if (sum != number(header, SUM_AT, 8)) {
            throw damaged();
        }
    }

    private static boolean isZero(byte[] block) {
        for (byte b : block) {
            if (b != 0) {
                return false;
            }
        }
        return true;
    }

    private static Unreadable damaged() {
        return new Unreadable("is no tar archive, or is damaged");
    }
}
