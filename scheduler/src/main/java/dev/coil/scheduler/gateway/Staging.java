package dev.coil.scheduler.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.linecorp.armeria.common.HttpStatus;
import dev.coil.protocol.codec.Codec;
import dev.coil.protocol.command.Command;
import dev.coil.protocol.graph.TaskSpec;
import dev.coil.scheduler.blob.BlobStore;
import dev.coil.scheduler.http.Refused;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Cuts the tasks of a submission into records that Kafka takes. */
final class Staging {

    /** Of UTF-8; a longer script is a blob. */
    static final int LARGEST_SCRIPT = 64 * 1024;

    static final int TASKS_PER_RECORD = 200;
    static final int BYTES_PER_RECORD = 256 * 1024;

    /** A task of more than {@link #BYTES_PER_RECORD} is a record of its own; this is safely below what Kafka takes. */
    static final int LARGEST_TASK = 4 * 1024 * 1024;

    private Staging() {}

    /** The same tasks, with long scripts moved to the blob store. */
    static List<TaskSpec> withoutLongScripts(List<TaskSpec> tasks, BlobStore blobs) {
        try {
            return shortened(tasks, blobs);
        } catch (IOException e) {
            throw Refused.unavailable("the node cannot keep a long script: " + e.getMessage());
        }
    }

    private static List<TaskSpec> shortened(List<TaskSpec> tasks, BlobStore blobs) throws IOException {
        // The instances of a matrix often share one script.
        var digests = new HashMap<String, String>();
        var shortened = new ArrayList<TaskSpec>(tasks.size());
        for (var task : tasks) {
            shortened.add(isLong(task.action().script()) ? withoutScript(task, blobs, digests) : task);
        }
        return shortened;
    }

    private static boolean isLong(String script) {
        return script.length() > LARGEST_SCRIPT / 3 && script.getBytes(UTF_8).length > LARGEST_SCRIPT;
    }

    private static TaskSpec withoutScript(TaskSpec task, BlobStore blobs, Map<String, String> digests)
            throws IOException {
        var action = task.action();
        var digest = digests.get(action.script());
        if (digest == null) {
            digest = blobs.put(action.script().getBytes(UTF_8));
            digests.put(action.script(), digest);
        }
        return task.with().action(action.withScriptBlob(digest)).build();
    }

    /**
     * The commands that stage the tasks, in order.
     *
     * @throws Refused with 413 if a task is too large for a record
     */
    static List<Command.StageTasks> commands(String project, String submission, List<TaskSpec> tasks) {
        var commands = new ArrayList<Command.StageTasks>();
        int first = 0;
        for (var part : parts(tasks)) {
            commands.add(new Command.StageTasks(project, submission, first, part));
            first += part.size();
        }
        return commands;
    }

    /**
     * The tasks of a record each, in order.
     *
     * @throws Refused with 413 if a task is too large for a record
     */
    static List<List<TaskSpec>> parts(List<TaskSpec> tasks) {
        var parts = new ArrayList<List<TaskSpec>>();
        int first = 0;
        int bytes = 0;
        for (int i = 0; i < tasks.size(); i++) {
            int size = size(tasks.get(i));
            if (i - first == TASKS_PER_RECORD || (i > first && bytes + size > BYTES_PER_RECORD)) {
                parts.add(List.copyOf(tasks.subList(first, i)));
                first = i;
                bytes = 0;
            }
            bytes += size;
        }
        if (first < tasks.size()) {
            parts.add(List.copyOf(tasks.subList(first, tasks.size())));
        }
        return parts;
    }

    private static int size(TaskSpec task) {
        int size = Codec.write(TaskSpec.class, task).length;
        if (size > LARGEST_TASK) {
            throw new Refused(
                    HttpStatus.REQUEST_ENTITY_TOO_LARGE,
                    "task " + task.name() + " is " + size + " bytes long without its script, and the limit is "
                            + LARGEST_TASK + ": make its env, matrix or needs shorter");
        }
        return size;
    }
}
