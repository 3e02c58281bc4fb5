package dev.coil.viewer.api;

import com.linecorp.armeria.common.HttpStatus;
import dev.coil.viewer.projection.Projection;
import dev.coil.viewer.projection.RunState;
import java.util.Collection;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The ways to name a run: {@code project#17}, {@code #17}, {@code latest}, {@code project#latest}, an id or the start of one. */
final class RunReference {

    private static final Pattern NUMBERED = Pattern.compile("([A-Za-z0-9][A-Za-z0-9._-]*)?#([0-9]{1,9}|latest)");
    private static final Pattern ID = Pattern.compile("[0-9a-f]{4,16}");
    private static final int CANDIDATES_NAMED = 5;

    private RunReference() {}

    /** @throws ApiError if it names no run, or several */
    static RunState resolve(Projection projection, String reference) {
        if (reference.equals("latest") || reference.equals("#latest")) {
            return projection.runs().stream().findFirst().orElseThrow(() -> ApiError.notFound("there are no runs yet"));
        }
        var numbered = NUMBERED.matcher(reference);
        if (numbered.matches()) {
            var project = numbered.group(1);
            return project == null
                    ? only(reference, projection.numbered(Integer.parseInt(numbered.group(2))))
                    : ofProject(projection, project, numbered.group(2));
        }
        if (ID.matcher(reference).matches()) {
            return only(reference, projection.withIdPrefix(reference).values());
        }
        throw ApiError.badRequest("'" + reference + "' names no run: expected project#17, #17, latest, project#latest,"
                + " or at least four characters of an id");
    }

    private static RunState ofProject(Projection projection, String project, String number) {
        var runs = projection.runs(project);
        if (!number.equals("latest") && projection.isForgotten(project, Integer.parseInt(number))) {
            throw new ApiError(
                    HttpStatus.GONE,
                    project + "#" + number
                            + " was forgotten: finished runs are kept as long as --keep-runs and --keep-for of 'coil up' say");
        }
        if (runs.isEmpty()) {
            throw ApiError.notFound("project " + project + " has no runs");
        }
        var run = number.equals("latest") ? runs.lastEntry().getValue() : runs.get(Integer.valueOf(number));
        if (run == null) {
            throw ApiError.notFound("there is no run " + project + "#" + number + "; the latest is "
                    + runs.lastEntry().getValue());
        }
        return run;
    }

    private static RunState only(String reference, Collection<RunState> candidates) {
        if (candidates.isEmpty()) {
            throw ApiError.notFound("there is no run '" + reference + "'");
        }
        if (candidates.size() > 1) {
            var named = candidates.stream()
                    .limit(CANDIDATES_NAMED)
                    .map(run -> run + " (" + run.id() + ")")
                    .collect(Collectors.joining(", "));
            var more = candidates.size() > CANDIDATES_NAMED ? ", …" : "";
            throw new ApiError(HttpStatus.CONFLICT, "'" + reference + "' may be " + named + more + ": say which");
        }
        return candidates.iterator().next();
    }
}
