package dev.coil.scheduler.access;

import com.linecorp.armeria.common.HttpMethod;
import dev.coil.protocol.access.Role;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Which role a request needs: one table for the whole node. What it does not name is looked at by viewers and changed by operators, so
 * that a path that was forgotten here is not open.
 *
 * @param roles one of them, or one that includes one of them; none if everybody may
 */
record Need(Set<Role> roles) {

    private static final Need NONE = new Need(Set.of());

    /** A row: requests of these methods whose path begins so, or is so. */
    private record Rule(Set<HttpMethod> methods, Pattern path, Need need) {}

    private static final Set<HttpMethod> READING = EnumSet.of(HttpMethod.GET, HttpMethod.HEAD);
    private static final Set<HttpMethod> POST = EnumSet.of(HttpMethod.POST);
    private static final Set<HttpMethod> ANY = EnumSet.allOf(HttpMethod.class);

    private static final Need OPERATOR = of(Role.OPERATOR);

    /** The first that fits counts. */
    private static final List<Rule> RULES = List.of(
            rule(
                    READING,
                    "/login|/favicon\\.ico|/worker\\.sh(\\.sha256)?|/coil-worker\\.jar|/assets/.*|/api/v1/node",
                    NONE),
            rule(POST, "/api/v1/access/(enrol|login|logout)|/api/v1/worker/enrol", NONE),
            rule(READING, "/api/v1/access/me", new Need(EnumSet.allOf(Role.class))),
            rule(ANY, "/api/v1/access/.*", OPERATOR),
            rule(ANY, "/api/v1/worker/.*", of(Role.WORKER)),
            rule(READING, "/api/v1/blobs/.*|/api/v1/projects/[^/]+/archives/.*|/git/.*", of(Role.VIEWER, Role.WORKER)),
            rule(POST, "/git/.*/git-upload-pack", of(Role.VIEWER, Role.WORKER)),
            rule(EnumSet.of(HttpMethod.PUT), "/api/v1/blobs/.*", of(Role.SUBMITTER, Role.WORKER)),
            rule(POST, "/api/v1/projects/[^/]+/runs/[^/]+/tasks/[^/]+/generated", of(Role.WORKER)),
            rule(POST, "/hooks/[^/]+", NONE),
            rule(POST, "/api/v1/projects/[^/]+/settings", OPERATOR),
            rule(POST, "/git/.*", of(Role.SUBMITTER)),
            rule(POST, "/api/v1/(runs|projects)(/.*)?", of(Role.SUBMITTER)),
            rule(READING, "/.*", of(Role.VIEWER)));

    private static Need of(Role... roles) {
        return new Need(EnumSet.copyOf(List.of(roles)));
    }

    private static Rule rule(Set<HttpMethod> methods, String path, Need need) {
        return new Rule(methods, Pattern.compile(path), need);
    }

    static Need of(HttpMethod method, String path) {
        return RULES.stream()
                .filter(rule -> rule.methods().contains(method)
                        && rule.path().matcher(path).matches())
                .map(Rule::need)
                .findFirst()
                .orElse(OPERATOR);
    }

    boolean isNothing() {
        return roles.isEmpty();
    }

    boolean isMetBy(Role role) {
        return isNothing() || roles.stream().anyMatch(role::includes);
    }

    /** What who has no key is told. */
    String advice() {
        return roles.equals(Set.of(Role.WORKER))
                ? "only enrolled workers are let in here: start this one with a token, which an operator creates"
                        + " with 'coil token create'"
                : "this needs a key with the role " + text()
                        + ": 'coil login URL' makes one of a token, which an operator creates with 'coil token create'";
    }

    /** For people: {@code submitter or worker}. */
    String text() {
        return String.join(" or ", roles.stream().map(Role::text).toList());
    }
}
