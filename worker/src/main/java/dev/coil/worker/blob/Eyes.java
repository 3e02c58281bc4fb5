package dev.coil.worker.blob;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Who looks into what a task has left. */
public interface Eyes {

    /** The worker's own, where tasks are processes of its user. */
    Eyes OWN = new OwnEyes();

    /** That of archives: by names, what is in a directory directly behind it. */
    Comparator<Path> ORDER = Comparator.comparing(path -> path.toString().replace('/', '\0'));

    /** All that is below a directory, over no links, in {@link #ORDER}. */
    List<Path> below(Path directory) throws IOException;

    /** Opens files, or what links lead to, one after the other. */
    Contents contents(List<Path> files) throws IOException;

    /** What is in files, in their order. */
    interface Contents extends Closeable {

        /** Of the next one, exactly so many bytes. */
        void copyNext(long size, OutputStream out) throws IOException;

        /** @throws IOException if what was copied may not be what was there */
        @Override
        void close() throws IOException;
    }

    /** Copies exactly so many bytes. */
    static void copy(InputStream in, long size, OutputStream out) throws IOException {
        var buffer = new byte[64 * 1024];
        long left = size;
        while (left > 0) {
            int read = in.read(buffer, 0, (int) Math.min(buffer.length, left));
            if (read < 0) {
                throw new EOFException();
            }
            out.write(buffer, 0, read);
            left -= read;
        }
    }
}

/** Those of this process. */
final class OwnEyes implements Eyes {

    @Override
    public List<Path> below(Path directory) throws IOException {
        var found = new ArrayList<Path>();
        // The directory itself may be named by a link.
        var start = Files.isSymbolicLink(directory) ? directory.resolve(".") : directory;
        Files.walkFileTree(start, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path at, BasicFileAttributes attributes) {
                return add(at);
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                return add(file);
            }

            private FileVisitResult add(Path path) {
                var named = path.normalize();
                if (!named.equals(directory.normalize())) {
                    found.add(named);
                }
                return FileVisitResult.CONTINUE;
            }
        });
        found.sort(ORDER);
        return found;
    }

    @Override
    public Contents contents(List<Path> files) {
        var rest = files.iterator();
        return new Contents() {
            @Override
            public void copyNext(long size, OutputStream out) throws IOException {
                var file = rest.next();
                try (var in = Files.newInputStream(file)) {
                    Eyes.copy(in, size, out);
                } catch (EOFException e) {
                    throw new IOException(file + " shrank while it was archived", e);
                }
            }

            @Override
            public void close() {
                // Each was closed.
            }
        };
    }
}
