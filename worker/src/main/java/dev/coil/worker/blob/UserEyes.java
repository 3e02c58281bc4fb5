package dev.coil.worker.blob;

import dev.coil.worker.host.TaskUser;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.Charset;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Those of the user as whom tasks run. Names are what find tells them, and contents what cat reads for them, so that no link, be it made
 * at the last moment, leads to more than they could have seen themselves. All files are read by one process or few.
 */
public final class UserEyes implements Eyes {

    /** That of file names. */
    private static final Charset NAMES = Charset.forName(System.getProperty("sun.jnu.encoding", "UTF-8"));

    private final TaskUser user;
    private final Path scratch;

    /** @param scratch a directory of the worker's, for small files */
    public UserEyes(TaskUser user, Path scratch) {
        this.user = user;
        this.scratch = scratch;
    }

    @Override
    public List<Path> below(Path directory) throws IOException {
        var errors = Files.createTempFile(scratch, "find", ".err");
        try {
            var process = user.process(List.of("find", "-H", directory.toString(), "-print0"))
                    .redirectError(errors.toFile())
                    .start();
            process.getOutputStream().close();
            var said = new String(process.getInputStream().readAllBytes(), NAMES);
            end(process, errors);
            var found = new ArrayList<Path>();
            for (var name : said.split("\0")) {
                var path = Path.of(name);
                if (!name.isEmpty() && !path.equals(directory)) {
                    found.add(path);
                }
            }
            found.sort(ORDER);
            return found;
        } finally {
            Files.deleteIfExists(errors);
        }
    }

    private static void end(Process process, Path errors) throws IOException {
        try {
            if (process.waitFor() != 0) {
                var complaint = Files.readString(errors, NAMES).strip();
                throw new FileSystemException(complaint.lines().findFirst().orElse("it changed while it was read"));
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
            throw new IOException("stopped while it was read", e);
        }
    }

    @Override
    public Contents contents(List<Path> files) throws IOException {
        var names = new ByteArrayOutputStream();
        for (var file : files) {
            names.writeBytes(file.toString().getBytes(NAMES));
            names.write(0);
        }
        return new Read(names.toByteArray());
    }

    private final class Read implements Contents {
        private final Path names = Files.createTempFile(scratch, "read", ".names");
        private final Path errors = Files.createTempFile(scratch, "read", ".err");
        private final Process process;

        Read(byte[] files) throws IOException {
            Files.write(names, files);
            process = user.process(List.of("xargs", "-0", "cat", "--"))
                    .redirectInput(names.toFile())
                    .redirectError(errors.toFile())
                    .start();
        }

        @Override
        public void copyNext(long size, OutputStream out) throws IOException {
            try {
                Eyes.copy(process.getInputStream(), size, out);
            } catch (EOFException e) {
                end(process, errors);
                throw changed();
            }
        }

        private FileSystemException changed() {
            return new FileSystemException("a file changed while it was archived");
        }

        @Override
        public void close() throws IOException {
            try {
                if (process.getInputStream().read() >= 0) {
                    throw changed();
                }
                end(process, errors);
            } finally {
                process.destroyForcibly();
                Files.deleteIfExists(names);
                Files.deleteIfExists(errors);
            }
        }
    }
}
