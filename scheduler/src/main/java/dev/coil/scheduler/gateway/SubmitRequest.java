package dev.coil.scheduler.gateway;

import dev.coil.protocol.graph.Source;
import dev.coil.scheduler.http.Refused;
import dev.coil.scheduler.source.ProjectName;
import dev.coil.scheduler.source.SourceStore;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The body of {@code POST /api/v1/runs}.
 *
 * @param id the run's id, chosen by the submitter, so that it may ask again without making a second run; {@code null} for a new one
 * @param project what the graph belongs to unless it says so itself
 * @param select the tasks or globs that are wanted, with what they need; empty for all
 * @param changedFiles what {@code changed()} looks at; {@code null} if unknown
 * @param skipUnmatched whether tasks that no present worker could ever take are skipped instead of waited for
 * @param submitter who submits, for people
 */
record SubmitRequest(
        @Nullable String id,
        @Nullable String project,
        @Nullable GraphText graph,
        @Nullable Source source,
        @Nullable List<@Nullable String> select,
        @Nullable List<@Nullable String> changedFiles,
        boolean skipUnmatched,
        @Nullable String submitter) {

    private static final Pattern ID = Pattern.compile("[0-9a-f]{16}");

    /**
     * A graph file.
     *
     * @param file its name, for messages
     */
    record GraphText(@Nullable String file, @Nullable String text) {}

    /**
     * The same with every default filled in.
     *
     * @throws Refused with 400 if a field is missing or not of its form
     */
    Valid validate(String newId) {
        if (graph == null || graph.text() == null) {
            throw Refused.badRequest("field 'graph.text' is missing: it holds the text of the .coil.yml");
        }
        if (id != null && !ID.matcher(id).matches()) {
            throw Refused.badRequest(
                    "field 'id': '" + id + "' is not a run's id: expected 16 lower-case hexadecimal digits");
        }
        if (project != null) {
            ProjectName.check(project);
        }
        return new Valid(
                id == null ? newId : id,
                project == null ? "" : project,
                graph.file() == null ? ".coil.yml" : graph.file(),
                graph.text(),
                check(source == null ? Source.none() : source),
                select == null ? List.of() : whole("select", select),
                changedFiles == null ? null : whole("changedFiles", changedFiles),
                skipUnmatched,
                submitter == null ? "" : submitter);
    }

    private static List<String> whole(String field, List<@Nullable String> values) {
        var strings = new ArrayList<String>();
        for (var value : values) {
            if (value == null) {
                throw Refused.badRequest("field '" + field + "' holds a null; expected strings");
            }
            strings.add(value);
        }
        return strings;
    }

    private static Source check(Source source) {
        var commit = source.commit();
        if (commit != null && !SourceStore.isObjectId(commit)) {
            throw Refused.badRequest("field 'source.commit': '" + commit
                    + "' is not a commit's full id: expected 40 lower-case hexadecimal digits");
        }
        for (var input : source.inputs()) {
            if (!SourceStore.isObjectId(String.valueOf(input.commit()))) {
                throw Refused.badRequest("field 'source.inputs': '" + input.commit() + "' of " + input.repository()
                        + " is not a commit's full id: expected 40 lower-case hexadecimal digits");
            }
        }
        var directory = source.directory();
        if (directory.startsWith("/") || directory.indexOf('\0') >= 0 || leaves(directory)) {
            throw Refused.badRequest("field 'source.directory': '" + directory
                    + "' is not a path inside the repository, relative to its top");
        }
        return source;
    }

    private static boolean leaves(String directory) {
        return Path.of(directory).normalize().startsWith("..");
    }

    /** A request in which every field has its form, and {@code project} is empty where the graph must name it. */
    record Valid(
            String id,
            String project,
            String file,
            String text,
            Source source,
            List<String> select,
            @Nullable List<String> changedFiles,
            boolean skipUnmatched,
            String submitter) {}
}
