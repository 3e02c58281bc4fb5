package dev.coil.protocol.graph.plan;

import dev.coil.protocol.graph.parse.Problems;
import dev.coil.protocol.graph.parse.TaskDefinition;
import dev.coil.protocol.graph.parse.Template;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What scripts say that most likely means something else here: what {@code sh} takes for false without failing, and variables that other
 * systems set. A script is free to mean it, so these are warnings.
 */
final class ScriptHints {

    private static final Set<String> PLAIN_SHELLS = Set.of("sh", "/bin/sh", "dash", "/bin/dash", "/usr/bin/dash");

    private static final String COMMAND = "(?m)(?:^|[;&|({]|\\b(?:if|elif|while|until|then|do|else)\\b|!)[ \\t]*";

    private static final Pattern DOUBLE_BRACKET = Pattern.compile(COMMAND + "(\\[\\[)[ \\t]");
    private static final Pattern DOUBLE_EQUALS = Pattern.compile(COMMAND + "\\[ [^\\]\\n]*?[ \\t](==) [^\\n]*\\]");
    private static final Pattern PIPEFAIL = Pattern.compile(COMMAND + "set [^\\n;#]*?(pipefail)\\b");

    private static final Pattern SOURCE = Pattern.compile(COMMAND + "(source) +[^ \\t\\n=]");

    /** A variable that is used without a value in its place; what is asked for with {@code ${X:-}} may be unset. */
    private static final Pattern VARIABLE = Pattern.compile(
            "\\$\\{?((?:GITHUB|RUNNER|BUILDKITE|TRAVIS|CIRCLE|CI_(?:COMMIT|PROJECT|JOB|PIPELINE|MERGE_REQUEST))_[A-Z0-9_]+)\\b"
                    + "(?!:?[-+?=])");

    private static final Map<String, String> OURS = Map.ofEntries(
            Map.entry("GITHUB_SHA", "$COIL_COMMIT"),
            Map.entry("CI_COMMIT_SHA", "$COIL_COMMIT"),
            Map.entry("BUILDKITE_COMMIT", "$COIL_COMMIT"),
            Map.entry("TRAVIS_COMMIT", "$COIL_COMMIT"),
            Map.entry("CIRCLE_SHA1", "$COIL_COMMIT"),
            Map.entry("GITHUB_REF", "$COIL_REF"),
            Map.entry("GITHUB_REF_NAME", "${COIL_REF#refs/*/}"),
            Map.entry("GITHUB_HEAD_REF", "${COIL_REF#refs/*/}"),
            Map.entry("CI_COMMIT_REF_NAME", "${COIL_REF#refs/*/}"),
            Map.entry("CI_COMMIT_BRANCH", "${COIL_REF#refs/heads/}"),
            Map.entry("CI_COMMIT_TAG", "${COIL_REF#refs/tags/}"),
            Map.entry("BUILDKITE_BRANCH", "${COIL_REF#refs/heads/}"),
            Map.entry("TRAVIS_BRANCH", "${COIL_REF#refs/heads/}"),
            Map.entry("CIRCLE_BRANCH", "${COIL_REF#refs/heads/}"),
            Map.entry("GITHUB_EVENT_NAME", "$COIL_EVENT"),
            Map.entry("CI_PIPELINE_SOURCE", "$COIL_EVENT"),
            Map.entry("TRAVIS_EVENT_TYPE", "$COIL_EVENT"),
            Map.entry("GITHUB_RUN_ID", "$COIL_RUN"),
            Map.entry("GITHUB_RUN_NUMBER", "$COIL_RUN"),
            Map.entry("CI_PIPELINE_ID", "$COIL_RUN"),
            Map.entry("BUILDKITE_BUILD_NUMBER", "$COIL_RUN"),
            Map.entry("GITHUB_RUN_ATTEMPT", "$COIL_ATTEMPT"),
            Map.entry("GITHUB_JOB", "$COIL_TASK"),
            Map.entry("CI_JOB_NAME", "$COIL_TASK"),
            Map.entry("GITHUB_REPOSITORY", "$COIL_PROJECT"),
            Map.entry("CI_PROJECT_NAME", "$COIL_PROJECT"),
            Map.entry("GITHUB_WORKSPACE", "$PWD at the beginning of the script"),
            Map.entry("CI_PROJECT_DIR", "$PWD at the beginning of the script"),
            Map.entry("TRAVIS_BUILD_DIR", "$PWD at the beginning of the script"),
            Map.entry("RUNNER_OS", "$COIL_OS"),
            Map.entry("RUNNER_ARCH", "$COIL_ARCH"));

    private final Problems warnings;

    ScriptHints(Problems warnings) {
        this.warnings = warnings;
    }

    void look(TaskDefinition task) {
        var script = task.work().run();
        if (script == null) {
            return;
        }
        var text = script.toString();
        if (isPlainShell(task)) {
            say(script, text, DOUBLE_BRACKET, "sh has no [[: 'if [[ …' counts as false and the script goes on");
            say(
                    script,
                    text,
                    DOUBLE_EQUALS,
                    "in sh, [ compares with =: with == it counts as false, and an 'if' goes on");
            say(script, text, PIPEFAIL, "not every sh knows pipefail");
            say(
                    script,
                    text,
                    SOURCE,
                    "not every sh knows 'source': '. file' does the same, with ./ before a name without a slash");
        }
        var variables = VARIABLE.matcher(text);
        while (variables.find()) {
            var name = variables.group(1);
            if (!task.work().env().containsKey(name) && !text.contains(name + "=")) {
                warnings.add(script.at(name), "Coil sets no $" + name, hint(name));
            }
        }
    }

    private void say(Template script, String text, Pattern pattern, String what) {
        var matcher = pattern.matcher(text);
        if (matcher.find()) {
            warnings.add(script.at(matcher.group(1)), what, "write shell: bash, or what every sh knows");
        }
    }

    private static boolean isPlainShell(TaskDefinition task) {
        var shell = task.work().shell();
        return shell == null || PLAIN_SHELLS.contains(shell.toString().strip().split("\\s+")[0]);
    }

    private static String hint(String name) {
        var ours = OURS.get(name);
        return ours == null ? "give it a value under 'env', or use one of the COIL_ variables" : "write " + ours;
    }
}
