package dev.coil.scheduler.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.coil.protocol.codec.Codec;
import dev.coil.protocol.codec.UnreadableRecord;
import dev.coil.protocol.graph.TaskSpec;
import dev.coil.scheduler.blob.BlobStore;
import dev.coil.scheduler.http.Refused;
import java.io.IOException;
import java.util.List;
import java.util.Objects;

/** Keeps, as blobs, what must be known of runs whose tasks generate others. */
final class GraphContexts {

    private final BlobStore blobs;

    GraphContexts(BlobStore blobs) {
        this.blobs = blobs;
    }

    /** The same tasks, with generators that name what is kept for them; nothing is kept for a run without generators. */
    List<TaskSpec> keepFor(List<TaskSpec> tasks, SubmitRequest.Valid request, String project) {
        if (tasks.stream().noneMatch(GraphContexts::generates)) {
            return tasks;
        }
        try {
            var graph = blobs.put(request.text().getBytes(UTF_8));
            var context = new GraphContext(request.file(), graph, project, request.source(), request.changedFiles());
            return naming(blobs.put(Codec.write(GraphContext.class, context)), tasks);
        } catch (IOException e) {
            throw Refused.unavailable("the node cannot keep the graph: " + e.getMessage());
        }
    }

    /** The same tasks, with generators that name this context. */
    static List<TaskSpec> naming(String context, List<TaskSpec> tasks) {
        return tasks.stream()
                .map(task -> generates(task) ? naming(context, task) : task)
                .toList();
    }

    private static TaskSpec naming(String context, TaskSpec task) {
        var generates = Objects.requireNonNull(task.action().generates());
        return task.with()
                .action(task.action().generating(generates.within(context)))
                .build();
    }

    private static boolean generates(TaskSpec task) {
        return task.action().generates() != null;
    }

    /** @throws Refused with 503 if the node does not have it */
    GraphContext load(String context) {
        try {
            return Codec.read(GraphContext.class, content(context));
        } catch (UnreadableRecord e) {
            throw Refused.badRequest("field 'generates.context': the blob " + context + " is no context of a run");
        }
    }

    /** The text of the graph file. */
    String graph(GraphContext context) {
        return new String(content(context.graph()), UTF_8);
    }

    private byte[] content(String digest) {
        try {
            var blob = blobs.open(digest);
            if (blob.isEmpty()) {
                throw Refused.unavailable(
                        "this node does not have what it must know of the run to plan what its tasks generate: blob "
                                + digest);
            }
            return blob.get().content();
        } catch (IOException e) {
            throw Refused.unavailable("the node cannot read blob " + digest + ": " + e.getMessage());
        }
    }
}
