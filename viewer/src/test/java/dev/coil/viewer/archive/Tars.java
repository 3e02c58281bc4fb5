package dev.coil.viewer.archive;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;

/** Makes artifacts as workers do, and others that no worker would. */
public final class Tars {

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes, UTF_8.name());

    public Tars() {
        tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
        tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
        tar.setAddPaxHeadersForNonAsciiNames(true);
    }

    public Tars directory(String name) throws IOException {
        tar.putArchiveEntry(new TarArchiveEntry(name, true));
        tar.closeArchiveEntry();
        return this;
    }

    public Tars file(String name, String content) throws IOException {
        return file(name, content.getBytes(UTF_8));
    }

    public Tars file(String name, byte[] content) throws IOException {
        var entry = new TarArchiveEntry(name, true);
        entry.setSize(content.length);
        tar.putArchiveEntry(entry);
        tar.write(content);
        tar.closeArchiveEntry();
        return this;
    }

    public Tars link(String name, String target, boolean hard) throws IOException {
        var entry = new TarArchiveEntry(name, hard ? TarConstants.LF_LINK : TarConstants.LF_SYMLINK, true);
        entry.setLinkName(target);
        tar.putArchiveEntry(entry);
        tar.closeArchiveEntry();
        return this;
    }

    public byte[] plain() throws IOException {
        tar.close();
        return bytes.toByteArray();
    }

    public byte[] packed() throws IOException {
        return pack(plain());
    }

    public static byte[] pack(byte[] content) throws IOException {
        var packed = new ByteArrayOutputStream();
        try (var zip = new GZIPOutputStream(packed)) {
            zip.write(content);
        }
        return packed.toByteArray();
    }
}
