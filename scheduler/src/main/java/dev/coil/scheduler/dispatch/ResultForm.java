package dev.coil.scheduler.dispatch;

import com.linecorp.armeria.common.QueryParams;
import dev.coil.protocol.graph.AttemptResult;
import dev.coil.protocol.graph.AttemptResult.Generated;
import dev.coil.protocol.graph.AttemptResult.StoredArtifact;
import dev.coil.protocol.graph.Outcome;
import dev.coil.scheduler.blob.BlobStore;
import dev.coil.scheduler.http.Refused;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The result of an attempt as a worker sends it, and what must be so of it. */
final class ResultForm {

    private static final List<Outcome> OUTCOMES =
            List.of(Outcome.SUCCESS, Outcome.FAILURE, Outcome.ERROR, Outcome.TIMEOUT, Outcome.SKIPPED);
    private static final Pattern ARTIFACT = Pattern.compile("(\\S+) ([0-9a-f]{64}) ([0-9]{1,15}) ([0-9]{1,9})");
    private static final Pattern GENERATED = Pattern.compile("([0-9]{1,6}) ([0-9a-f]{64})");
    private static final int LONGEST_REASON = 2_000;
    private static final int LONGEST_LABEL = 100;
    private static final int MOST_ARTIFACTS = 1_000;

    private ResultForm() {}

    /** @throws Refused with 400 if the form is not as it should be */
    static AttemptResult read(QueryParams form) {
        Forms.check(
                form,
                List.of(
                        "outcome",
                        "exit-code",
                        "label",
                        "reason",
                        "started",
                        "finished",
                        "log-bytes",
                        "artifact",
                        "tree",
                        "generated"));
        return new AttemptResult(
                outcome(Forms.needed(form, "outcome")),
                Forms.number(form, "exit-code").map(Math::toIntExact).orElse(null),
                form.get("label"),
                form.get("reason"),
                Forms.neededNumber(form, "started"),
                Forms.neededNumber(form, "finished"),
                Forms.neededNumber(form, "log-bytes"),
                form.getAll("artifact").stream().map(ResultForm::artifact).toList(),
                form.get("tree"),
                generated(form.get("generated")));
    }

    private static Outcome outcome(String text) {
        return Arrays.stream(Outcome.values())
                .filter(outcome -> outcome.text().equals(text))
                .findFirst()
                .orElseThrow(() -> Refused.badRequest("field 'outcome': there is no outcome '" + text + "'"));
    }

    private static StoredArtifact artifact(String text) {
        var parts = ARTIFACT.matcher(text);
        if (!parts.matches()) {
            throw Refused.badRequest("field 'artifact': '" + text + "': expected a name, a SHA-256, bytes and files");
        }
        return new StoredArtifact(
                parts.group(1), parts.group(2), Long.parseLong(parts.group(3)), Integer.parseInt(parts.group(4)));
    }

    private static @Nullable Generated generated(@Nullable String text) {
        if (text == null) {
            return null;
        }
        var parts = GENERATED.matcher(text);
        if (!parts.matches()) {
            throw Refused.badRequest("field 'generated': '" + text + "': expected a number of tasks and a SHA-256");
        }
        return new Generated(Integer.parseInt(parts.group(1)), parts.group(2));
    }

    /**
     * The result as it is passed on: what it names must be there, and nobody is taken at their word for what is known here.
     *
     * @throws Refused with 400 if it cannot be so
     */
    static AttemptResult checked(AttemptResult result, Lease lease, BlobStore blobs) {
        if (result.outcome() == null || !OUTCOMES.contains(result.outcome())) {
            throw Refused.badRequest("field 'outcome': a worker reports success, failure, error, timeout or skipped");
        }
        if (result.artifacts().size() > MOST_ARTIFACTS) {
            throw Refused.badRequest("field 'artifact': at most " + MOST_ARTIFACTS + " are kept of an attempt");
        }
        result.artifacts().forEach(artifact -> mustBeThere("artifact '" + artifact.name() + "'", artifact, blobs));
        if (result.tree() != null) {
            mustBeThere("the tree", result.tree(), -1, blobs);
        }
        long kept = lease.kept.get();
        return new AttemptResult(
                result.outcome(),
                result.exitCode(),
                shortened(result.label(), LONGEST_LABEL),
                shortened(result.reason(), LONGEST_REASON),
                result.startedAt(),
                Math.max(result.startedAt(), result.finishedAt()),
                kept < 0 ? Math.min(result.logBytes(), LogKeeper.MOST) : kept,
                result.artifacts(),
                result.tree(),
                result.generated());
    }

    private static void mustBeThere(String what, StoredArtifact artifact, BlobStore blobs) {
        mustBeThere(what, artifact.sha256(), artifact.bytes(), blobs);
    }

    private static void mustBeThere(String what, String sha256, long bytes, BlobStore blobs) {
        if (!BlobStore.isDigest(sha256)) {
            throw Refused.badRequest(what + ": '" + sha256 + "' is no SHA-256");
        }
        try {
            var blob = blobs.open(sha256);
            if (blob.isEmpty()) {
                throw Refused.badRequest(what + ": blob " + sha256 + " is not here: store it before the result");
            }
            long size = blob.get().size();
            if (bytes >= 0 && bytes != size) {
                throw Refused.badRequest(what + ": blob " + sha256 + " has " + size + " bytes, not " + bytes);
            }
        } catch (IOException e) {
            throw Refused.unavailable(what + ": the node cannot look at blob " + sha256 + ": " + e.getMessage());
        }
    }

    private static @Nullable String shortened(@Nullable String text, int most) {
        return text == null || text.length() <= most ? text : text.substring(0, most);
    }
}
