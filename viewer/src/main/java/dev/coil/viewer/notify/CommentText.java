package dev.coil.viewer.notify;

import dev.coil.protocol.graph.Outcome;
import dev.coil.viewer.projection.RunHead;
import dev.coil.viewer.projection.RunState;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A run whose outcome is known, in Markdown, with a table of its platforms. What comes from a graph, which may be a stranger's, stands as code:
 * so it mentions nobody and links to nothing.
 */
final class CommentText {

    private static final int MOST_ROWS = 40;
    private static final int MOST_NAMED = 8;
    private static final int MOST_OF_NAME = 120;
    private static final int SHORT_COMMIT = 12;

    private final RunState run;
    private final RunHead head;
    private final String page;

    private CommentText(RunState run, RunHead head, URI pages) {
        this.run = run;
        this.head = head;
        page = page(pages, run);
    }

    /** The address of the run's page. */
    static String page(URI pages, RunState run) {
        return pages.toString().replaceAll("/+$", "") + "/runs/" + run.project() + "/" + run.number();
    }

    /** Of one platform. */
    private static final class Row {
        private int passed;
        private int unrun;
        private int open;
        private final List<Integer> failed = new ArrayList<>();

        void add(int task, @Nullable Outcome outcome) {
            if (outcome == null) {
                open++;
                return;
            }
            switch (outcome) {
                case SUCCESS -> passed++;
                case FAILURE, ERROR, TIMEOUT -> failed.add(task);
                case CANCELLED, SKIPPED -> unrun++;
            }
        }
    }

    static String of(RunState run, RunHead head, URI pages) {
        return new CommentText(run, head, pages).write();
    }

    private String write() {
        var text = new StringBuilder(headline());
        text.append("\n\n| platform | passed | failed | not run | open | failed tasks |\n");
        text.append("|---|--:|--:|--:|--:|---|\n");
        var rows = rows();
        rows.entrySet().stream().limit(MOST_ROWS).forEach(row -> text.append(line(row.getKey(), row.getValue()))
                .append('\n'));
        if (rows.size() > MOST_ROWS) {
            text.append("\n… and ").append(rows.size() - MOST_ROWS).append(" more platforms.\n");
        }
        return text.toString();
    }

    private String headline() {
        var outcome = head.outcome();
        var word = outcome == null ? "runs" : word(outcome);
        var span = head.finished() ? " in " + Words.span(head.finishedAt() - run.createdAt()) : "";
        var failed = head.failed().count();
        return "**[" + run + "](" + page + ") " + word + "**: "
                + (failed == 0 ? "" : failed + " of ")
                + Words.tasks(head.counts().total()) + span + ", "
                + code(run.source().event()) + " of "
                + code(shortCommit());
    }

    private String shortCommit() {
        var commit = String.valueOf(run.source().commit());
        return commit.substring(0, Math.min(SHORT_COMMIT, commit.length()));
    }

    private static String word(Outcome outcome) {
        return switch (outcome) {
            case SUCCESS -> "passed";
            case FAILURE -> "failed";
            case TIMEOUT -> "timed out";
            case ERROR -> "could not be tested";
            case CANCELLED -> "was cancelled";
            case SKIPPED -> "was skipped";
        };
    }

    private Map<String, Row> rows() {
        var rows = new TreeMap<String, Row>();
        for (int task = 0; task < run.size(); task++) {
            var platform = run.facts(task).platform();
            rows.computeIfAbsent(platform == null ? "" : platform, name -> new Row())
                    .add(task, run.task(task).outcome());
        }
        return rows;
    }

    private String line(String platform, Row row) {
        var named = new ArrayList<String>();
        row.failed.stream().limit(MOST_NAMED).forEach(task -> named.add(failure(task)));
        if (row.failed.size() > MOST_NAMED) {
            named.add("and " + (row.failed.size() - MOST_NAMED) + " more");
        }
        return "| " + (platform.isEmpty() ? "any" : code(platform)) + " | " + row.passed + " | " + row.failed.size()
                + " | " + row.unrun + " | " + row.open + " | " + String.join(", ", named) + " |";
    }

    private String failure(int task) {
        var outcome = run.task(task).outcome();
        return "[" + code(run.facts(task).name()) + "](" + page + "/tasks/" + task + ")"
                + (outcome == Outcome.TIMEOUT ? " (timed out)" : outcome == Outcome.ERROR ? " (error)" : "")
                + (run.facts(task).allowFailure() ? " (may fail)" : "");
    }

    /** A text as it is, in a cell of a table. */
    private static String code(String text) {
        var plain = text.replace('`', '\'').replaceAll("[\\s\\p{Cntrl}]+", " ");
        var some = plain.length() <= MOST_OF_NAME ? plain : plain.substring(0, MOST_OF_NAME - 1) + "…";
        return "`" + some.replace("|", "\\|") + "`";
    }
}
