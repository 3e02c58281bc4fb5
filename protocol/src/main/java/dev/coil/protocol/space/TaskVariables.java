package dev.coil.protocol.space;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.coil.protocol.tuple.Attributes;
import java.math.BigDecimal;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The environment variables by which a task is told what it is and where it runs, under those that its graph sets. */
public final class TaskVariables {

    /** Marks every process of an attempt, so that also those that left its session are found. */
    public static final String MARKER = "COIL_CLAIM";

    private TaskVariables() {}

    /**
     * The variables; a worker adds those of its own that it lets through, and the node's address.
     *
     * @param worker its name, for people
     * @param slots among which the worker's cpus are shared where a task has none reserved
     */
    public static Map<String, String> of(
            ReadyTask task, ClaimId claim, String worker, Attributes attributes, int slots) {
        var variables = new TreeMap<String, String>();
        var source = task.source();
        variables.put("CI", "true");
        variables.put("COIL", "true");
        variables.put("COIL_PROJECT", task.project());
        variables.put("COIL_RUN", Integer.toString(task.run()));
        variables.put("COIL_TASK", task.name());
        variables.put("COIL_ATTEMPT", Integer.toString(task.attempt()));
        variables.put("COIL_COMMIT", Objects.requireNonNullElse(source.commit(), ""));
        variables.put("COIL_BASE_SHA", source.baseCommit());
        variables.put("COIL_REF", source.ref());
        variables.put("COIL_EVENT", source.event());
        variables.put("COIL_CPUS", Integer.toString(cpus(task, attributes, slots)));
        variables.put("COIL_WORKER", worker);
        variables.put("COIL_OS", Objects.requireNonNullElse(attributes.fact("os"), ""));
        variables.put("COIL_ARCH", Objects.requireNonNullElse(attributes.fact("arch"), ""));
        variables.put("TRACEPARENT", traceParent(task, claim));
        task.matrix()
                .forEach((axis, value) -> variables.put(
                        "COIL_MATRIX_" + axis.toUpperCase(Locale.ROOT).replaceAll("[^A-Z0-9_]", "_"), value));
        variables.putAll(task.action().env());
        variables.put(MARKER, claim.toString());
        return variables;
    }

    private static int cpus(ReadyTask task, Attributes attributes, int slots) {
        var resources = task.action().resources();
        var reserved = resources.cpus();
        return resources.exclusive() || reserved == null
                ? share(attributes.fact("cpus"), resources.exclusive() ? 1 : slots)
                : reserved;
    }

    private static int share(@Nullable String cpus, int slots) {
        try {
            return Math.max(1, new BigDecimal(Objects.requireNonNullElse(cpus, "1")).intValue() / slots);
        } catch (NumberFormatException notANumber) {
            return 1;
        }
    }

    /**
     * One trace per run, one parent span per attempt.
     *
     * @see <a href="https://www.w3.org/TR/trace-context/#traceparent-header">W3C Trace Context</a>
     */
    private static String traceParent(ReadyTask task, ClaimId claim) {
        return "00-" + hash(task.project() + '#' + task.runId(), 16) + '-' + hash(claim.toString(), 8) + "-01";
    }

    private static String hash(String text, int bytes) {
        try {
            var digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8));
            return HexFormat.of().formatHex(digest, 0, bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
