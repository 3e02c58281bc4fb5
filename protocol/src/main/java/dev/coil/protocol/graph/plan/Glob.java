package dev.coil.protocol.graph.plan;

import java.util.BitSet;

/**
 * A pattern with {@code *}, {@code ?} and {@code [a-z]}. In names {@code *} stands for anything. In paths it stops at {@code /},
 * which {@code **} does not; {@code **}{@code /} stands for no directory as well, and a pattern that ends with {@code /} for
 * everything in that directory. The time that a match takes grows with the lengths alone, whatever the pattern.
 */
final class Glob {

    private final String pattern;
    private final boolean path;

    private Glob(String pattern, boolean path) {
        this.pattern = pattern;
        this.path = path;
    }

    static Glob ofNames(String pattern) {
        return new Glob(pattern, false);
    }

    static Glob ofPaths(String pattern) {
        var relative = pattern.startsWith("./") ? pattern.substring(2) : pattern;
        return new Glob(relative.endsWith("/") ? relative + "**" : relative, true);
    }

    static boolean isGlob(String text) {
        return text.indexOf('*') >= 0 || text.indexOf('?') >= 0 || text.indexOf('[') >= 0;
    }

    /** What everything that matches begins with. */
    String prefix() {
        int end = 0;
        while (end < pattern.length() && "*?[".indexOf(pattern.charAt(end)) < 0) {
            end++;
        }
        return pattern.substring(0, end);
    }

    boolean matches(String text) {
        return matches(text, 0, 0, new BitSet());
    }

    /** {@code failed} holds what was tried in vain, so that nothing is tried twice. */
    private boolean matches(String text, int at, int from, BitSet failed) {
        int p = at;
        int t = from;
        while (p < pattern.length()) {
            char c = pattern.charAt(p);
            if (c == '*') {
                return star(text, p, t, failed);
            }
            if (t == text.length()) {
                return false;
            }
            int next = one(p, text.charAt(t));
            if (next < 0) {
                return false;
            }
            p = next;
            t++;
        }
        return t == text.length();
    }

    private boolean star(String text, int at, int from, BitSet failed) {
        int state = at * (text.length() + 1) + from;
        if (failed.get(state)) {
            return false;
        }
        int rest = at;
        while (rest < pattern.length() && pattern.charAt(rest) == '*') {
            rest++;
        }
        boolean deep = !path || rest - at > 1;
        boolean directories = path && deep && rest < pattern.length() && pattern.charAt(rest) == '/';
        for (int t = from; t <= text.length(); t++) {
            if (!directories && matches(text, rest, t, failed)) {
                return true;
            }
            if (directories && (t == from || text.charAt(t - 1) == '/') && matches(text, rest + 1, t, failed)) {
                return true;
            }
            if (t < text.length() && !deep && text.charAt(t) == '/') {
                break;
            }
        }
        failed.set(state);
        return false;
    }

    /** The pattern's index behind what matches this one character; -1 if it does not. */
    private int one(int at, char c) {
        char p = pattern.charAt(at);
        if (p == '?') {
            return path && c == '/' ? -1 : at + 1;
        }
        int close = p == '[' ? pattern.indexOf(']', at + 2) : -1;
        if (close < 0) {
            return p == c ? at + 1 : -1;
        }
        boolean negated = pattern.charAt(at + 1) == '!';
        boolean found = false;
        for (int i = negated ? at + 2 : at + 1; i < close; i++) {
            if (i + 2 < close && pattern.charAt(i + 1) == '-') {
                found |= pattern.charAt(i) <= c && c <= pattern.charAt(i + 2);
                i += 2;
            } else {
                found |= pattern.charAt(i) == c;
            }
        }
        return found != negated ? close + 1 : -1;
    }
}
