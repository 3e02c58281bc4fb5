package dev.coil.ops.cli;

import dev.coil.ops.checkout.Checkout;
import dev.coil.ops.checkout.GraphText;
import dev.coil.ops.checkout.NodeSources;
import dev.coil.ops.checkout.Wanted;
import dev.coil.ops.client.NodeClient;
import dev.coil.ops.client.SubmitRequest;
import dev.coil.ops.client.Submitted;
import dev.coil.protocol.graph.GraphException;
import dev.coil.protocol.graph.parse.GraphParser;
import dev.coil.protocol.graph.plan.Plan;
import dev.coil.protocol.graph.plan.PlanContext;
import dev.coil.protocol.graph.plan.Planner;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A run to be: found, planned, and ready to be sent to a node. */
final class Submission implements AutoCloseable {

    private final Checkout checkout;
    private final Plan plan;
    private final String event;
    private final List<String> select;
    private final @Nullable List<String> changedFiles;
    private final List<String> notices;

    private Submission(
            Checkout checkout,
            Plan plan,
            String event,
            List<String> select,
            @Nullable List<String> changedFiles,
            List<String> notices) {
        this.checkout = checkout;
        this.plan = plan;
        this.event = event;
        this.select = select;
        this.changedFiles = changedFiles;
        this.notices = notices;
    }

    /**
     * Finds and plans what is wanted, without changing anything anywhere.
     *
     * @param event what the run is started for: {@code manual}, {@code push}, …
     * @param select names or globs of the tasks that are wanted; empty for all
     * @throws dev.coil.protocol.graph.GraphException if the graph cannot be run
     */
    static Submission plan(Wanted wanted, String event, List<String> select) {
        var checkout = Checkout.find(wanted);
        try {
            var graph = checkout.graph();
            var changedFiles = asksForChanges(graph) ? checkout.changedFiles() : null;
            var context =
                    new PlanContext(checkout.project(), event, checkout.ref(), checkout.base(), select, changedFiles);
            var plan = Planner.plan(GraphParser.parse(graph.file(), graph.text()), context);
            var notices = new ArrayList<>(checkout.notices());
            plan.warnings().forEach(warning -> notices.add(warning.toString()));
            return new Submission(checkout, plan, event, select, changedFiles, notices);
        } catch (GraphException e) {
            var notices = new ArrayList<>(checkout.notices());
            select.stream()
                    .map(name -> Target.remark(name, wanted.path()))
                    .filter(remark -> !remark.isEmpty())
                    .forEach(notices::add);
            checkout.close();
            throw e.noting(notices);
        } catch (RuntimeException e) {
            checkout.close();
            throw e;
        }
    }

    /** What changed can be long and takes git a while; most graphs do not ask. */
    private static boolean asksForChanges(GraphText graph) {
        return graph.text().contains("changed(");
    }

    Plan plan() {
        return plan;
    }

    /** What the user should know, a sentence each. */
    List<String> notices() {
        return notices;
    }

    /**
     * Makes the commit that is sent, where it is not there yet. Tasks that check nothing out need none.
     *
     * @return further notices
     */
    List<String> seal() {
        boolean needed = plan.tasks().stream().anyMatch(task -> task.action().checkout());
        return needed ? checkout.seal() : List.of();
    }

    /**
     * @param skipUnmatched whether tasks that no worker there could take are skipped
     * @param progress hears how far uploads are
     */
    Submitted send(NodeClient node, boolean skipUnmatched, Consumer<String> progress) {
        var wanted = plan.tasks().stream()
                .flatMap(task -> task.action().repositories().stream())
                .distinct()
                .toList();
        var sources = new NodeSources(node.node(), node.key(), plan.project(), progress);
        checkout.push(sources);
        var inputs = checkout.bring(wanted, sources, node::putBlob);
        var graph = checkout.graph();
        return node.submit(new SubmitRequest(
                newId(),
                plan.project(),
                new SubmitRequest.GraphText(graph.file(), graph.text()),
                checkout.source(event, inputs),
                select,
                changedFiles,
                skipUnmatched,
                System.getProperty("user.name", "")));
    }

    private static String newId() {
        var bytes = new byte[8];
        new SecureRandom().nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    @Override
    public void close() {
        checkout.close();
    }
}
