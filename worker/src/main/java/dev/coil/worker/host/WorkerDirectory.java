package dev.coil.worker.host;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.UUID;

/**
 * The directory of a worker, held by one process at a time.
 *
 * <pre>
 * lock           held while a worker runs; names its process
 * worker-id      a random id, made once: the same worker after a restart
 * key            what it shows to the node, where one is needed
 * session        over HTTP: the session of the running process and its claims, for its successor to end
 * incarnations   the sessions of the running process, for its successor to clean up after
 * ran.log        all that ran, a line each
 * slots/N        what slot N runs: ws (the workspace), script, process
 * mirrors        a bare repository per project
 * cache          archives by digest
 * caches         what tasks leave for later ones
 * trash          what is being deleted
 * </pre>
 */
public final class WorkerDirectory implements AutoCloseable {

    private static final String INCARNATIONS = "incarnations";

    private final Path path;
    private final String workerId;
    private final FileChannel lock;

    private WorkerDirectory(Path path, String workerId, FileChannel lock) {
        this.path = path;
        this.workerId = workerId;
        this.lock = lock;
    }

    /** @throws DirectoryInUse if another worker, of this process or another one, has it */
    public static WorkerDirectory open(Path path) throws IOException {
        Files.createDirectories(path);
        var real = path.toRealPath();
        var lock = lock(real);
        try {
            return new WorkerDirectory(real, workerId(real), lock);
        } catch (IOException | RuntimeException e) {
            lock.close();
            throw e;
        }
    }

    private static FileChannel lock(Path directory) throws IOException {
        var file = directory.resolve("lock");
        SecretFile.append(file, new byte[0]);
        var channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
        try {
            if (channel.tryLock() == null) {
                throw new DirectoryInUse(directory, Files.readString(file).strip());
            }
        } catch (OverlappingFileLockException e) {
            channel.close();
            throw new DirectoryInUse(
                    directory, Long.toString(ProcessHandle.current().pid()));
        } catch (IOException e) {
            channel.close();
            throw e;
        }
        channel.truncate(0);
        channel.write(ByteBuffer.wrap((ProcessHandle.current().pid() + "\n").getBytes(UTF_8)));
        return channel;
    }

    private static String workerId(Path directory) throws IOException {
        var file = directory.resolve("worker-id");
        if (Files.exists(file)) {
            var id = Files.readString(file).strip();
            if (!id.isEmpty()) {
                return id;
            }
        }
        var id = UUID.randomUUID().toString().replace("-", "").substring(0, 16);
        SecretFile.write(file, (id + "\n").getBytes(UTF_8));
        return id;
    }

    public Path path() {
        return path;
    }

    /** The stable id of the worker that lives here. */
    public String workerId() {
        return workerId;
    }

    /** Remembers a session, so that a successor finds the processes that were started in it. */
    public void noteIncarnation(String incarnation) throws IOException {
        SecretFile.append(incarnations(), (incarnation + "\n").getBytes(ISO_8859_1));
    }

    /** The sessions of the process that had a directory last, or has it still. */
    public static List<String> incarnations(Path directory) throws IOException {
        var file = directory.resolve(INCARNATIONS);
        return Files.exists(file)
                ? Files.readAllLines(file, ISO_8859_1).stream()
                        .filter(line -> !line.isBlank())
                        .toList()
                : List.of();
    }

    /** To be called when nothing of them runs any longer. */
    public void forgetIncarnations() throws IOException {
        Files.deleteIfExists(incarnations());
    }

    private Path incarnations() {
        return path.resolve(INCARNATIONS);
    }

    @Override
    public void close() throws IOException {
        lock.close();
    }
}
