package dev.coil.scheduler.gateway;

import dev.coil.protocol.graph.DidYouMean;
import dev.coil.protocol.pause.PauseScope;
import dev.coil.protocol.tuple.Constraint;
import dev.coil.protocol.tuple.Platforms;
import dev.coil.protocol.tuple.Requirement;
import dev.coil.scheduler.http.Refused;
import dev.coil.scheduler.source.ProjectName;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The body of a pause or its end. One of the first three says what is meant.
 *
 * @param requirement as in {@code arch=s390x os=linux labels=quiet}
 * @param project a project's name
 * @param worker a worker's name
 * @param reason of a pause, for people
 * @param by who asks, for people
 * @param seconds after how long a pause ends by itself
 * @param quarantine whether a worker is to give back what it runs
 */
record PauseRequest(
        @Nullable String requirement,
        @Nullable String project,
        @Nullable String worker,
        @Nullable String reason,
        @Nullable String by,
        @Nullable Long seconds,
        @Nullable Boolean quarantine) {

    private static final long MOST_SECONDS = TimeUnit.DAYS.toSeconds(365);

    private record Vocabulary(List<String> words, UnaryOperator<String> normal) {}

    private static final Map<String, Vocabulary> VOCABULARIES = Map.of(
            "os", new Vocabulary(Platforms.SYSTEMS, Platforms::system),
            "arch", new Vocabulary(Platforms.ARCHITECTURES, Platforms::architecture));

    /** @throws Refused with 400 if it is not clear what is meant */
    PauseScope scope() {
        var named = Stream.of(requirement, project, worker)
                .filter(name -> name != null && !name.isBlank())
                .toList();
        if (named.size() != 1) {
            throw Refused.badRequest("name one of 'requirement', 'project' and 'worker'; there are " + named.size());
        }
        var name = Texts.check("name", named.get(0).strip());
        if (project != null && !project.isBlank()) {
            return PauseScope.project(ProjectName.check(name));
        }
        return worker != null && !worker.isBlank() ? PauseScope.worker(name) : PauseScope.of(normal(name));
    }

    private static Requirement normal(String text) {
        Requirement given;
        try {
            given = Requirement.parse(text);
        } catch (IllegalArgumentException e) {
            throw Refused.badRequest(e.getMessage());
        }
        var constraints = new TreeMap<String, Constraint>();
        given.constraints().forEach((key, constraint) -> {
            var vocabulary = VOCABULARIES.get(key);
            constraints.put(
                    key,
                    vocabulary != null && constraint instanceof Constraint.OneOf oneOf
                            ? normal(key, oneOf, vocabulary)
                            : constraint);
        });
        return new Requirement(constraints, given.labels());
    }

    private static Constraint normal(String key, Constraint.OneOf given, Vocabulary vocabulary) {
        var values = new ArrayList<String>();
        for (var value : given.values()) {
            var normal = vocabulary.normal().apply(value);
            if (!vocabulary.words().contains(normal)) {
                var hint = DidYouMean.hint(value, vocabulary.words());
                throw Refused.badRequest("there is no " + key + " '" + value + "'"
                        + (hint == null ? "; there are " + String.join(", ", vocabulary.words()) : ", " + hint));
            }
            values.add(normal);
        }
        return new Constraint.OneOf(new TreeSet<>(values));
    }

    String reasonOrNone() {
        return reason == null ? "" : Texts.check("reason", reason.strip());
    }

    /** 0 for never. */
    long millis() {
        if (seconds == null) {
            return 0;
        }
        if (seconds < 1 || seconds > MOST_SECONDS) {
            throw Refused.badRequest("field 'seconds' is " + seconds + ": expected 1 to " + MOST_SECONDS);
        }
        return TimeUnit.SECONDS.toMillis(seconds);
    }

    boolean isQuarantine() {
        boolean asked = Boolean.TRUE.equals(quarantine);
        if (asked && (worker == null || worker.isBlank())) {
            throw Refused.badRequest("field 'quarantine' is of workers alone");
        }
        return asked;
    }

    String byOrSomebody() {
        return by == null || by.isBlank() ? "somebody" : Texts.check("by", by.strip());
    }
}
