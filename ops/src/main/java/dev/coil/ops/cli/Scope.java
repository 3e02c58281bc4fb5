package dev.coil.ops.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is to be paused or resumed, as users name it.
 *
 * @param kind as in the API
 */
record Scope(String kind, String name) {

    static final String DESCRIPTION =
            "The machines, as in arch=s390x os=linux labels=quiet: all tasks that only such machines can run.";

    /** Of the terms of a requirement, as one argument or several, or of a project. */
    static Scope of(List<String> terms, @Nullable String project) {
        if (terms.isEmpty() == (project == null)) {
            throw CommandFailed.usage(
                    project == null
                            ? "name what is meant: 'arch=s390x os=linux', or --project NAME"
                            : "a requirement and --project exclude each other");
        }
        if (terms.size() == 1 && terms.get(0).matches("[A-Za-z0-9][A-Za-z0-9._-]*")) {
            throw CommandFailed.usage("'" + terms.get(0) + "' says nothing of a machine, as arch=s390x does"
                    + " (a project is named with --project " + terms.get(0) + ")");
        }
        return project == null ? new Scope("requirement", String.join(" ", terms)) : new Scope("project", project);
    }

    static Scope worker(String name) {
        return new Scope("worker", name);
    }

    /** What a node says it understood. */
    static String understood(JsonNode answer) {
        var kind = answer.path("kind").asText();
        return (kind.equals("requirement") ? "" : kind + " ")
                + answer.path("name").asText();
    }

    static String me() {
        return System.getProperty("user.name", "somebody");
    }
}
