package dev.coil.protocol.tuple;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import dev.coil.protocol.graph.Source;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Which tasks the owner of a machine lets it take. Each list is of globs, in which {@code *} stands for anything; with a {@code !} in
 * front, what matches is refused. Where a list has globs without one, one of them must match. Pull requests from other repositories
 * ({@link Source#FORK}), which anybody may have written, are taken only by who names that event, or all with {@code *}.
 *
 * @param projects of the runs that the tasks are of
 * @param refs of those runs: full names, or what stands behind {@code refs/heads/} or {@code refs/tags/}; a run without one has an empty ref
 * @param events that started those runs: {@code manual}, {@code push}, …
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record OwnerRules(List<String> projects, List<String> refs, List<String> events) {

    private static final Pattern FORM = Pattern.compile("!?[A-Za-z0-9._/@+:#*-]{1,200}");
    private static final int MOST = 100;

    /** Of a machine that takes whatever it matches, but for what anybody may have written. */
    public static final OwnerRules NONE = new OwnerRules(List.of(), List.of(), List.of());

    /** Of a machine that takes whatever it matches. */
    public static final OwnerRules ALL = new OwnerRules(List.of(), List.of(), List.of("*"));

    /** @throws IllegalArgumentException with the glob that is none */
    public OwnerRules {
        projects = projects == null ? List.of() : List.copyOf(projects);
        refs = refs == null ? List.of() : List.copyOf(refs);
        events = events == null ? List.of() : List.copyOf(events);
        check("project", projects);
        check("ref", refs);
        check("event", events);
    }

    private static void check(String what, List<String> globs) {
        if (globs.size() > MOST) {
            throw new IllegalArgumentException("a worker has at most " + MOST + " rules for a " + what);
        }
        for (var glob : globs) {
            if (!FORM.matcher(glob).matches()) {
                throw new IllegalArgumentException("'" + glob + "' is no rule for a " + what
                        + ": expected letters, digits and . _ / @ + : # -, * for anything, ! in front to refuse");
            }
        }
    }

    @JsonIgnore
    public boolean isNone() {
        return projects.isEmpty() && refs.isEmpty() && events.isEmpty();
    }

    public boolean allowProject(String project) {
        return allow(projects, project, project);
    }

    public boolean allow(String project, String ref, String event) {
        return isNone() ? !event.equals(Source.FORK) : refusal(project, ref, event) == null;
    }

    /** Which rule refuses such a task, for people: {@code takes no project 'x' (its rules: mylang)}; {@code null} if none does. */
    public @Nullable String refusal(String project, String ref, String event) {
        if (!allowProject(project)) {
            return refusal("project", project, projects);
        }
        if (!allow(refs, ref, shortened(ref))) {
            return refusal("ref", ref, refs);
        }
        if (event.equals(Source.FORK) && !events.contains(Source.FORK) && !events.contains("*")) {
            return "takes no pull requests from other repositories, unless its owner says --event " + Source.FORK;
        }
        return allow(events, event, event) ? null : refusal("event", event, events);
    }

    private static String refusal(String what, String value, List<String> globs) {
        return "takes no " + what + " '" + value + "' (its owner's rules: " + String.join(" ", globs) + ")";
    }

    private static String shortened(String ref) {
        return ref.replaceFirst("^refs/(heads|tags)/", "");
    }

    private static boolean allow(List<String> globs, String value, String other) {
        boolean hasWanted = false;
        boolean isWanted = false;
        for (var glob : globs) {
            boolean refuses = glob.startsWith("!");
            var pattern = refuses ? glob.substring(1) : glob;
            boolean matches = matches(pattern, value) || matches(pattern, other);
            if (refuses && matches) {
                return false;
            }
            hasWanted |= !refuses;
            isWanted |= !refuses && matches;
        }
        return isWanted || !hasWanted;
    }

    private static boolean matches(String glob, String text) {
        if (glob.indexOf('*') < 0) {
            return glob.equals(text);
        }
        int from = 0;
        var parts = glob.split("\\*", -1);
        for (int i = 0; i < parts.length; i++) {
            var part = parts[i];
            if (i == 0) {
                if (!text.startsWith(part)) {
                    return false;
                }
                from = part.length();
            } else if (i == parts.length - 1) {
                return text.length() - part.length() >= from && text.endsWith(part);
            } else {
                int at = text.indexOf(part, from);
                if (at < 0) {
                    return false;
                }
                from = at + part.length();
            }
        }
        return true;
    }

    /** For people: a sentence for each list that says anything. */
    public List<String> sentences() {
        var sentences = new ArrayList<String>();
        say("projects", projects, sentences);
        say("refs", refs, sentences);
        say("events", events, sentences);
        return sentences;
    }

    private static void say(String what, List<String> globs, List<String> sentences) {
        var only = globs.stream().filter(glob -> !glob.startsWith("!")).toList();
        var not = globs.stream()
                .filter(glob -> glob.startsWith("!"))
                .map(glob -> glob.substring(1))
                .toList();
        if (!only.isEmpty()) {
            sentences.add("takes only " + what + " " + String.join(", ", only)
                    + (not.isEmpty() ? "" : ", and of those none of " + String.join(", ", not)));
        } else if (!not.isEmpty()) {
            sentences.add("takes no " + what + " " + String.join(", ", not));
        }
    }
}
