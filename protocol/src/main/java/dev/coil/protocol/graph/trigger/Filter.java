package dev.coil.protocol.graph.trigger;

import java.util.List;

/**
 * Which branches, tags or paths start runs.
 *
 * @param ignores whether the patterns name those that do not
 * @param patterns of which the last one that matches decides
 */
public record Filter(boolean ignores, List<FilterPattern> patterns) {

    /** Whatever its name is. */
    static final Filter ALL = new Filter(false, List.of(FilterPattern.ofName("**")));

    public Filter {
        patterns = List.copyOf(patterns);
    }

    boolean admits(String name) {
        boolean named = false;
        for (var pattern : patterns) {
            if (named == pattern.negated() && pattern.matches(name)) {
                named = !named;
            }
        }
        return named != ignores;
    }

    /** Says of something that it does not admit why, as in {@code branch 'wip' is not among on.push.branches}. */
    String refusal(String what, String key) {
        return what + (ignores ? " is among " + key + "-ignore" : " is not among " + key);
    }
}
