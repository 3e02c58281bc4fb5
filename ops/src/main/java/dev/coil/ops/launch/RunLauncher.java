package dev.coil.ops.launch;

import dev.coil.ops.checkout.GitFailed;
import dev.coil.ops.checkout.GraphText;
import dev.coil.ops.checkout.Mirror;
import dev.coil.ops.checkout.NoCheckout;
import dev.coil.ops.checkout.NodeSources;
import dev.coil.ops.client.NodeClient;
import dev.coil.ops.client.NodeUnreachable;
import dev.coil.ops.client.RequestRefused;
import dev.coil.ops.client.SubmitRequest;
import dev.coil.protocol.graph.GraphException;
import dev.coil.protocol.graph.Source;
import dev.coil.protocol.graph.parse.GraphFile;
import dev.coil.protocol.graph.parse.GraphParser;
import dev.coil.protocol.graph.plan.Plan;
import dev.coil.protocol.graph.plan.PlanContext;
import dev.coil.protocol.graph.plan.Planner;
import dev.coil.protocol.project.ProjectSettings;
import dev.coil.scheduler.trigger.Change;
import dev.coil.scheduler.trigger.Launcher;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Fetches into mirrors of the projects' repositories, and submits to this process's own node. */
public final class RunLauncher implements Launcher {

    private static final int SERVER_ERROR = 500;

    private final Path mirrors;
    private final Supplier<NodeClient> node;

    /**
     * @param mirrors the directory of the mirrors
     * @param node asked for when there is something to submit
     */
    public RunLauncher(Path mirrors, Supplier<NodeClient> node) {
        this.mirrors = mirrors;
        this.node = node;
    }

    @Override
    public Launch launch(String project, ProjectSettings settings, @Nullable String token, Change change, String id)
            throws InterruptedException {
        try {
            return launch(project, settings, mirror(project, settings, token), change, id);
        } catch (GraphException e) {
            int others = e.problems().size() - 1;
            throw new Impossible(e.problems().get(0) + (others == 0 ? "" : "; and " + others + " more"));
        } catch (NoCheckout e) {
            throw new Impossible(String.valueOf(e.getMessage()));
        } catch (RequestRefused e) {
            if (e.status() >= SERVER_ERROR) {
                throw new Unreachable(String.valueOf(e.getMessage()));
            }
            throw new Impossible(String.valueOf(e.getMessage()));
        } catch (GitFailed | NodeUnreachable | UncheckedIOException e) {
            if (Thread.currentThread().isInterrupted()) {
                throw new InterruptedException();
            }
            throw new Unreachable(String.valueOf(e.getMessage()));
        }
    }

    private Launch launch(String project, ProjectSettings settings, Mirror mirror, Change change, String id) {
        if (!mirror.bring(change.ref(), change.commit())) {
            throw new Impossible("commit " + change.commit() + " is no longer there: was it replaced by a force push?");
        }
        var commit = mirror.commit(change.commit());
        boolean isOnDefaultBranch = change.pullRequest() == 0 && change.ref().equals(mirror.defaultBranch());
        var graph = mirror.graph(commit, settings.graph());
        if (graph == null) {
            return new Launch.Unwanted(
                    "there is no " + settings.graph() + " in commit " + commit, isOnDefaultBranch ? List.of() : null);
        }
        var file = GraphParser.parse(graph.file(), graph.text());
        var schedules = isOnDefaultBranch ? file.triggers().schedules() : null;
        var directory = directory(settings);
        var base = base(mirror, change, commit);
        var changedFiles = mirror.changedFiles(base, commit, directory);
        var refusal = change.isScheduled() ? null : Wishes.refusal(file, change, changedFiles, mirror.message(commit));
        if (refusal != null) {
            return new Launch.Unwanted(refusal, schedules);
        }
        var plan = plan(project, file, change, base, changedFiles);
        var source =
                new Source(commit, change.ref(), event(change), base, directory, mirror.subject(commit), List.of());
        return new Launch.Started(submit(mirror, plan, graph, change, source, changedFiles, id), schedules);
    }

    private static Plan plan(
            String project, GraphFile file, Change change, String base, @Nullable List<String> changedFiles) {
        var context = new PlanContext(project, change.event(), change.ref(), base, change.select(), changedFiles);
        var plan = Planner.plan(file, context);
        if (!plan.project().equals(project)) {
            throw new Impossible(file.file() + " names the project '" + plan.project() + "', and this is '" + project
                    + "': set up a project of that name, or leave 'name' out");
        }
        return plan;
    }

    private int submit(
            Mirror mirror,
            Plan plan,
            GraphText graph,
            Change change,
            Source source,
            @Nullable List<String> changedFiles,
            String id) {
        var client = node.get();
        var sources = new NodeSources(client.node(), client.key(), plan.project(), line -> {});
        var commit = Objects.requireNonNull(source.commit());
        mirror.push(sources, commit);
        var wanted = plan.tasks().stream()
                .flatMap(task -> task.action().repositories().stream())
                .distinct()
                .toList();
        var request = new SubmitRequest(
                id,
                plan.project(),
                new SubmitRequest.GraphText(graph.file(), graph.text()),
                source.with(mirror.inputs(commit, wanted, sources, client::putBlob)),
                change.select(),
                changedFiles,
                false,
                change.by());
        return client.submit(request).number();
    }

    /** The owners of workers tell what comes from elsewhere apart. */
    private static String event(Change change) {
        return change.fork() ? Source.FORK : change.event();
    }

    /** What is compared with: of a push what was there before, of a pull request where it left its branch. */
    private static String base(Mirror mirror, Change change, String commit) {
        return mirror.base(commit, change.baseRef().isEmpty() ? change.before() : change.baseRef());
    }

    private static String directory(ProjectSettings settings) {
        int slash = settings.graph().lastIndexOf('/');
        return slash < 0 ? "" : settings.graph().substring(0, slash);
    }

    @Override
    public Map<String, String> refs(String project, ProjectSettings settings, @Nullable String token)
            throws InterruptedException {
        try {
            return mirror(project, settings, token).refs();
        } catch (GitFailed e) {
            if (Thread.currentThread().isInterrupted()) {
                throw new InterruptedException();
            }
            throw new Unreachable(String.valueOf(e.getMessage()));
        }
    }

    private Mirror mirror(String project, ProjectSettings settings, @Nullable String token) {
        return new Mirror(mirrors.resolve(project), settings.repository(), token);
    }
}
