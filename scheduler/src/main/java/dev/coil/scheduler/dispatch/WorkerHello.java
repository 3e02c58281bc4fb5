package dev.coil.scheduler.dispatch;

import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.QueryParams;
import dev.coil.protocol.tuple.Attributes;
import dev.coil.protocol.tuple.OwnerRules;
import dev.coil.protocol.tuple.Platforms;
import dev.coil.protocol.tuple.WorkerInfo;
import dev.coil.scheduler.http.Refused;
import dev.coil.scheduler.http.StrictJson;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a worker says of itself.
 *
 * @param worker the machine's own id, which stays
 * @param name for people
 * @param slots how many tasks it runs at once
 * @param version of its program; empty if it does not say
 * @param startedAt milliseconds since the epoch, by the worker's clock
 * @param draining whether it takes no further tasks by itself
 * @param rules which tasks its owner lets it take
 * @param unfit why it takes none by its own judgement of its machine; {@code null} if it is fit
 */
record WorkerHello(
        String worker,
        String name,
        Attributes attributes,
        int slots,
        String version,
        long startedAt,
        boolean draining,
        OwnerRules rules,
        @Nullable String unfit) {

    private static final Pattern ID = Pattern.compile("[A-Za-z0-9]{8,64}");
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._@:-]{1,100}");
    private static final Pattern FACT = Pattern.compile("[a-z][a-z0-9-]{0,39}");
    private static final Pattern LABEL = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._:/-]{0,99}");
    private static final int LONGEST_FACT = 200;
    private static final int MOST = 100;
    private static final int MOST_SLOTS = 1_000;

    /**
     * What a request's body says, a form or JSON.
     *
     * @throws Refused with 400 if it is not as it should be
     */
    static WorkerHello of(HttpRequest request, byte[] body, long now) {
        var type = request.contentType();
        return type != null && type.is(MediaType.FORM_DATA)
                ? ofForm(QueryParams.fromQueryString(new String(body, StandardCharsets.UTF_8)), now)
                : ofJson(body, now);
    }

    /** The same with other attributes. */
    WorkerHello offering(Attributes offered) {
        return new WorkerHello(worker, name, offered, slots, version, startedAt, draining, rules, unfit);
    }

    /** The body in JSON. */
    private record Body(
            @Nullable String worker,
            @Nullable String name,
            @Nullable Map<String, String> facts,
            @Nullable List<String> labels,
            @Nullable Integer slots,
            @Nullable String version,
            @Nullable Long started,
            @Nullable Boolean draining,
            @Nullable List<String> projects,
            @Nullable List<String> refs,
            @Nullable List<String> events,
            @Nullable String unfit) {}

    /** @throws Refused with 400 if the body is not of that form */
    static WorkerHello ofJson(byte[] body, long now) {
        return of(StrictJson.read(Body.class, body), now);
    }

    /** @throws Refused with 400 if the form is not as it should be */
    static WorkerHello ofForm(QueryParams form, long now) {
        Forms.check(
                form,
                List.of(
                        "worker",
                        "name",
                        "fact",
                        "label",
                        "slots",
                        "version",
                        "started",
                        "draining",
                        "project",
                        "ref",
                        "event",
                        "unfit"));
        var facts = new TreeMap<String, String>();
        for (var fact : form.getAll("fact")) {
            int equals = fact.indexOf('=');
            if (equals < 1) {
                throw Refused.badRequest("field 'fact': '" + fact + "' is no fact: expected name=value");
            }
            facts.put(fact.substring(0, equals), fact.substring(equals + 1));
        }
        return of(
                new Body(
                        form.get("worker"),
                        form.get("name"),
                        facts,
                        form.getAll("label"),
                        Forms.number(form, "slots").map(Math::toIntExact).orElse(null),
                        form.get("version"),
                        Forms.number(form, "started").orElse(null),
                        "true".equals(form.get("draining", "false")),
                        form.getAll("project"),
                        form.getAll("ref"),
                        form.getAll("event"),
                        form.get("unfit")),
                now);
    }

    private static WorkerHello of(Body body, long now) {
        var facts = facts(Objects.requireNonNullElse(body.facts(), Map.of()));
        var labels = Objects.requireNonNullElse(body.labels(), List.<String>of());
        labels.forEach(label -> matching("label", label, LABEL, "letters, digits and . _ : / - only"));
        if (labels.size() > MOST || facts.size() > MOST) {
            throw Refused.badRequest("a worker has at most " + MOST + " labels and as many facts");
        }
        int slots = Objects.requireNonNullElse(body.slots(), 1);
        if (slots < 1 || slots > MOST_SLOTS) {
            throw Refused.badRequest("field 'slots' is " + slots + ": expected 1 to " + MOST_SLOTS);
        }
        var started = body.started();
        return new WorkerHello(
                matching("worker", body.worker(), ID, "8 to 64 letters and digits, chosen once and kept"),
                matching("name", body.name(), NAME, "1 to 100 letters, digits and . _ @ : - only"),
                new Attributes(facts, new TreeSet<>(labels)),
                slots,
                shortened(Objects.requireNonNullElse(body.version(), "")),
                started == null ? now : Math.multiplyExact(Math.min(started, Integer.MAX_VALUE * 2L), 1_000L),
                Boolean.TRUE.equals(body.draining()),
                rules(body),
                body.unfit() == null || body.unfit().isBlank() ? null : reason(body.unfit()));
    }

    private static String reason(String text) {
        var line = text.replaceAll("[\\p{Cntrl}\\s]+", " ").strip();
        return line.substring(0, Math.min(LONGEST_FACT, line.length()));
    }

    private static OwnerRules rules(Body body) {
        try {
            return new OwnerRules(
                    Objects.requireNonNullElse(body.projects(), List.of()),
                    Objects.requireNonNullElse(body.refs(), List.of()),
                    Objects.requireNonNullElse(body.events(), List.of()));
        } catch (IllegalArgumentException e) {
            throw Refused.badRequest(String.valueOf(e.getMessage()));
        }
    }

    private static TreeMap<String, String> facts(Map<String, String> given) {
        var facts = new TreeMap<String, String>();
        given.forEach((name, value) -> {
            matching("fact", name, FACT, "a name in small letters, digits and -");
            if (value == null || value.length() > LONGEST_FACT || value.chars().anyMatch(c -> c <= ' ')) {
                throw Refused.badRequest(
                        "fact '" + name + "': expected one word of at most " + LONGEST_FACT + " characters");
            }
            if (!value.isEmpty()) {
                facts.put(name, value);
            }
        });
        for (var needed : List.of("os", "arch")) {
            if (!facts.containsKey(needed)) {
                throw Refused.badRequest("fact '" + needed + "' is missing: a worker says at least os and arch");
            }
        }
        facts.compute("os", (key, os) -> Platforms.system(String.valueOf(os)));
        facts.compute("arch", (key, arch) -> Platforms.architecture(String.valueOf(arch)));
        if (!Platforms.SYSTEMS.contains(facts.get("os")) || !Platforms.ARCHITECTURES.contains(facts.get("arch"))) {
            // Each platform has a topic of its own, and nobody may make them at will.
            throw Refused.badRequest("there is no platform '" + facts.get("os") + "-" + facts.get("arch")
                    + "': os is one of " + String.join(", ", Platforms.SYSTEMS) + ", arch one of "
                    + String.join(", ", Platforms.ARCHITECTURES));
        }
        return facts;
    }

    private static String matching(String field, @Nullable String text, Pattern form, String expected) {
        if (text == null) {
            throw Refused.badRequest("field '" + field + "' is missing: expected " + expected);
        }
        if (!form.matcher(text).matches()) {
            throw Refused.badRequest("field '" + field + "': '" + shortened(text) + "': expected " + expected);
        }
        return text;
    }

    private static String shortened(String text) {
        return text.length() > MOST ? text.substring(0, MOST) : text;
    }

    /** As it is announced to all by a gateway. */
    WorkerInfo under(String incarnation, String gateway, boolean taking) {
        return new WorkerInfo(
                name,
                worker,
                incarnation,
                attributes,
                slots,
                version,
                startedAt,
                !taking,
                gateway,
                rules.isNone() ? null : rules,
                unfit);
    }
}
