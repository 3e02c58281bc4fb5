package dev.coil.viewer.archive;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.Charset;
import java.util.zip.Inflater;
import java.util.zip.InflaterInputStream;

/**
 * Reads which entries a zip has from the directory at its end (APPNOTE.TXT 4.3 to 4.5, with Zip64), and single ones of them where they
 * are. Nothing else of the zip is read.
 */
final class ZipReader {

    private static final int END = 0x06054b50;
    private static final int END_LENGTH = 22;
    private static final int LONGEST_COMMENT = 0xffff;
    private static final int LOCATOR_64 = 0x07064b50;
    private static final int LOCATOR_64_LENGTH = 20;
    private static final int END_64 = 0x06064b50;
    private static final int END_64_LENGTH = 56;
    private static final int ENTRY = 0x02014b50;
    private static final int ENTRY_LENGTH = 46;
    private static final int LOCAL = 0x04034b50;
    private static final int LOCAL_LENGTH = 30;

    private static final long UNKNOWN = 0xffff_ffffL;
    private static final int EXTRA_64 = 1;
    private static final int ENCRYPTED = 1;
    private static final int NAMES_IN_UTF_8 = 1 << 11;
    private static final int STORED = 0;
    private static final int DEFLATED = 8;
    private static final int MADE_ON_UNIX = 3;
    private static final int FILE_TYPE = 0170000;
    private static final int SYMBOLIC_LINK = 0120000;

    /** What names are in that do not say that they are UTF-8: the code page of the first PCs. */
    private static final Charset OLD_NAMES = Charset.isSupported("IBM437") ? Charset.forName("IBM437") : UTF_8;

    private ZipReader() {}

    /**
     * Where the directory is.
     *
     * @param shift how many bytes are before the zip's own beginning, as in one that unpacks itself: places count from there
     */
    private record Directory(long at, long length, long shift) {}

    /**
     * The entries of a zip.
     *
     * @param mostBytes how long its directory may be
     * @throws Unreadable if it is no zip, or has more than that or more than so many entries
     */
    static Tree read(Region zip, int most, int mostBytes) throws IOException {
        var directory = directory(zip);
        if (directory.length > mostBytes) {
            throw new Unreadable("has a directory of " + directory.length + " bytes, of which at most " + mostBytes
                    + " are read here");
        }
        var tree = new Tree(most);
        var bytes = zip.read(directory.at, (int) directory.length);
        while (bytes.remaining() >= ENTRY_LENGTH && bytes.getInt(bytes.position()) == ENTRY) {
            entry(bytes, directory.shift, tree);
        }
        return tree;
    }

    private static Directory directory(Region zip) throws IOException {
        int length = (int) Math.min(zip.length(), END_LENGTH + LONGEST_COMMENT);
        var tail = zip.read(zip.length() - length, length);
        for (int i = length - END_LENGTH; i >= 0; i--) {
            if (tail.getInt(i) == END && Short.toUnsignedInt(tail.getShort(i + 20)) <= length - END_LENGTH - i) {
                return directory(
                        zip,
                        zip.length() - length + i,
                        tail.slice(i, END_LENGTH).order(tail.order()));
            }
        }
        throw new Unreadable("is no zip, or is cut off: it has no directory at its end");
    }

    private static Directory directory(Region zip, long endAt, ByteBuffer end) throws IOException {
        long length = Integer.toUnsignedLong(end.getInt(12));
        long at = Integer.toUnsignedLong(end.getInt(16));
        if (endAt >= LOCATOR_64_LENGTH) {
            var locator = zip.read(endAt - LOCATOR_64_LENGTH, LOCATOR_64_LENGTH);
            if (locator.getInt(0) == LOCATOR_64) {
                var end64 = zip.read(locator.getLong(8), END_64_LENGTH);
                if (end64.getInt(0) != END_64) {
                    throw damaged();
                }
                return new Directory(end64.getLong(48), end64.getLong(40), 0);
            }
        }
        long shift = endAt - length - at;
        if (shift < 0) {
            throw damaged();
        }
        return new Directory(at + shift, length, shift);
    }

    /** Reads one, and goes on to the next. */
    private static void entry(ByteBuffer bytes, long shift, Tree tree) throws IOException {
        int start = bytes.position();
        int flags = Short.toUnsignedInt(bytes.getShort(start + 8));
        int method = Short.toUnsignedInt(bytes.getShort(start + 10));
        long packed = Integer.toUnsignedLong(bytes.getInt(start + 20));
        long size = Integer.toUnsignedLong(bytes.getInt(start + 24));
        int nameLength = Short.toUnsignedInt(bytes.getShort(start + 28));
        int extraLength = Short.toUnsignedInt(bytes.getShort(start + 30));
        int commentLength = Short.toUnsignedInt(bytes.getShort(start + 32));
        long header = Integer.toUnsignedLong(bytes.getInt(start + 42));
        int next = start + ENTRY_LENGTH + nameLength + extraLength + commentLength;
        if (next > bytes.limit()) {
            throw damaged();
        }
        var name = new String(
                bytes.array(),
                start + ENTRY_LENGTH,
                nameLength,
                (flags & NAMES_IN_UTF_8) != 0 || isAscii(bytes, start + ENTRY_LENGTH, nameLength) ? UTF_8 : OLD_NAMES);
        var large = extra64(bytes, start + ENTRY_LENGTH + nameLength, extraLength);
        if (size == UNKNOWN) {
            size = take(large);
        }
        if (packed == UNKNOWN) {
            packed = take(large);
        }
        if (header == UNKNOWN) {
            header = take(large);
        }
        add(tree, name, size, isLink(bytes, start), place(flags, method, header + shift, packed));
        bytes.position(next);
    }

    private static void add(Tree tree, String name, long size, boolean link, Entry.Place place) throws Unreadable {
        if (size < 0) {
            throw damaged();
        }
        if (name.endsWith("/")) {
            tree.add(name, Entry::directory);
        } else if (link) {
            tree.add(name, last -> Entry.link(last, null));
        } else {
            tree.add(name, last -> Entry.file(last, size, place));
        }
    }

    private static Entry.Place place(int flags, int method, long header, long packed) {
        if ((flags & ENCRYPTED) != 0) {
            return new Entry.Place.Closed("is encrypted, and cannot be shown here");
        }
        if (method != STORED && method != DEFLATED) {
            return new Entry.Place.Closed("is compressed by a method that is not known here (" + method + ")");
        }
        return new Entry.Place.Zipped(header, packed, method == DEFLATED);
    }

    private static boolean isLink(ByteBuffer bytes, int start) {
        int madeOn = Byte.toUnsignedInt(bytes.get(start + 5));
        int mode = bytes.getInt(start + 38) >>> 16;
        return madeOn == MADE_ON_UNIX && (mode & FILE_TYPE) == SYMBOLIC_LINK;
    }

    private static boolean isAscii(ByteBuffer bytes, int from, int length) {
        for (int i = from; i < from + length; i++) {
            if (bytes.get(i) < 0) {
                return false;
            }
        }
        return true;
    }

    /** The numbers that had no room in their fields; empty if there are none. */
    private static ByteBuffer extra64(ByteBuffer bytes, int from, int length) throws Unreadable {
        int at = from;
        while (at + 4 <= from + length) {
            int size = Short.toUnsignedInt(bytes.getShort(at + 2));
            if (at + 4 + size > from + length) {
                throw damaged();
            }
            if (Short.toUnsignedInt(bytes.getShort(at)) == EXTRA_64) {
                return bytes.slice(at + 4, size).order(bytes.order());
            }
            at += 4 + size;
        }
        return ByteBuffer.allocate(0);
    }

    private static long take(ByteBuffer numbers) throws Unreadable {
        if (numbers.remaining() < Long.BYTES) {
            throw damaged();
        }
        return numbers.getLong();
    }

    /** The content of an entry, of exactly the length that the directory says. */
    static InputStream open(Region zip, Entry.Place.Zipped place, long size) throws IOException {
        var local = zip.read(place.header(), LOCAL_LENGTH);
        if (local.getInt(0) != LOCAL) {
            throw damaged();
        }
        long at = place.header()
                + LOCAL_LENGTH
                + Short.toUnsignedInt(local.getShort(26))
                + Short.toUnsignedInt(local.getShort(28));
        if (!place.deflated()) {
            return zip.stream(at, size);
        }
        return new Exactly(new Inflating(zip.stream(at, place.packed())), size);
    }

    private static Unreadable damaged() {
        return new Unreadable("is no zip, or is damaged");
    }

    /** Gives back what inflating takes outside of the heap. */
    private static final class Inflating extends InflaterInputStream {

        private static final int BUFFER = 16 * 1024;

        Inflating(InputStream packed) {
            super(packed, new Inflater(true), BUFFER);
        }

        @Override
        public void close() throws IOException {
            inf.end();
            super.close();
        }
    }

    /** Ends where the directory says that the content does: an entry may hold far more than that. */
    private static final class Exactly extends FilterInputStream {

        private long left;

        Exactly(InputStream content, long size) {
            super(content);
            left = size;
        }

        @Override
        public int read() throws IOException {
            var one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : Byte.toUnsignedInt(one[0]);
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            if (left == 0) {
                return -1;
            }
            int n = in.read(bytes, offset, (int) Math.min(length, left));
            if (n < 0) {
                throw new Unreadable("is damaged: an entry is shorter than the directory says");
            }
            left -= n;
            return n;
        }

        @Override
        public long skip(long n) {
            return 0;
        }

        @Override
        public int available() {
            return 0;
        }

        @Override
        public boolean markSupported() {
            return false;
        }
    }
}
