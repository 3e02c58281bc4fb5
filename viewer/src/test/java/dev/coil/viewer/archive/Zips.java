package dev.coil.viewer.archive;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.zip.CRC32;
import org.apache.commons.compress.archivers.zip.Zip64Mode;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipArchiveOutputStream;

/** Makes zips. */
public final class Zips {

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final ZipArchiveOutputStream zip;

    public Zips() {
        this(Zip64Mode.AsNeeded);
    }

    Zips(Zip64Mode large) {
        zip = new ZipArchiveOutputStream(bytes);
        zip.setUseZip64(large);
    }

    public Zips file(String name, String content) throws IOException {
        return add(new ZipArchiveEntry(name), content.getBytes(UTF_8));
    }

    Zips file(String name, byte[] content) throws IOException {
        return add(new ZipArchiveEntry(name), content);
    }

    Zips stored(String name, String content) throws IOException {
        var entry = new ZipArchiveEntry(name);
        var crc = new CRC32();
        crc.update(content.getBytes(UTF_8));
        entry.setMethod(ZipArchiveEntry.STORED);
        entry.setCrc(crc.getValue());
        entry.setSize(content.getBytes(UTF_8).length);
        return add(entry, content.getBytes(UTF_8));
    }

    Zips link(String name, String target) throws IOException {
        var entry = new ZipArchiveEntry(name);
        entry.setUnixMode(0120777);
        return add(entry, target.getBytes(UTF_8));
    }

    private Zips add(ZipArchiveEntry entry, byte[] content) throws IOException {
        zip.putArchiveEntry(entry);
        zip.write(content);
        zip.closeArchiveEntry();
        return this;
    }

    public byte[] bytes() throws IOException {
        zip.close();
        return bytes.toByteArray();
    }
}
