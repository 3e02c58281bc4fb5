package dev.coil.protocol.graph.trigger;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * A pattern of branches, tags or paths, with the meaning that GitHub Actions gives it ("filter pattern cheat sheet"): {@code *} is
 * anything but {@code /}, {@code **} anything, {@code **}{@code /} any directories or none, {@code [a-z]} one of these, {@code ?} and
 * {@code +} let the character before them be absent or repeated, {@code \} takes the next one as it is, and a leading {@code !}
 * excludes again. The time that a match takes grows with the lengths alone, whatever the pattern.
 *
 * @param text as it was written
 * @param negated whether what matches is excluded
 */
public record FilterPattern(String text, boolean negated, List<Element> elements) {

    /**
     * One character of a text.
     *
     * @param repeats whether more of the kind may follow
     * @param skip how many elements, from this one on, may be left out; 0 for none
     */
    record Element(List<Range> ranges, boolean negated, boolean repeats, int skip) {

        private static final Element SLASH = one('/');
        private static final Element ANY = new Element(List.of(), true, false, 0);
        private static final Element ANYTHING = new Element(List.of(), true, true, 1);
        private static final Element WITHIN_DIRECTORY = new Element(SLASH.ranges(), true, true, 1);

        private static Element one(char c) {
            return new Element(List.of(new Range(c, c)), false, false, 0);
        }

        private boolean matches(char c) {
            for (var range : ranges) {
                if (range.first() <= c && c <= range.last()) {
                    return !negated;
                }
            }
            return negated;
        }
    }

    /** From one character to another, both included. */
    record Range(char first, char last) {}

    /**
     * Of a branch or tag.
     *
     * @throws TriggerException if it is none
     */
    public static FilterPattern ofName(String text) {
        boolean negated = text.startsWith("!");
        return new FilterPattern(text, negated, new Reader(text, negated ? 1 : 0).read());
    }

    /**
     * Of a path: what ends with {@code /} means everything in that directory.
     *
     * @throws TriggerException if it is none
     */
    public static FilterPattern ofPath(String text) {
        var pattern = ofName(text);
        if (!text.endsWith("/")) {
            return pattern;
        }
        var elements = new ArrayList<>(pattern.elements());
        elements.add(Element.ANYTHING);
        return new FilterPattern(text, pattern.negated(), List.copyOf(elements));
    }

    boolean matches(String name) {
        var places = new BitSet();
        places.set(0);
        leap(places);
        for (int i = 0; i < name.length() && !places.isEmpty(); i++) {
            var next = new BitSet();
            for (int at = places.nextSetBit(0); at >= 0 && at < elements.size(); at = places.nextSetBit(at + 1)) {
                var element = elements.get(at);
                if (element.matches(name.charAt(i))) {
                    next.set(at + 1);
                    next.set(at, element.repeats() || next.get(at));
                }
            }
            leap(next);
            places = next;
        }
        return places.get(elements.size());
    }

    private void leap(BitSet places) {
        for (int at = places.nextSetBit(0); at >= 0 && at < elements.size(); at = places.nextSetBit(at + 1)) {
            places.set(at + elements.get(at).skip());
        }
    }

    /** Reads a pattern once, from left to right. */
    private static final class Reader {

        private final String text;
        private final List<Element> elements = new ArrayList<>();
        private int at;

        Reader(String text, int from) {
            this.text = text;
            this.at = from;
        }

        List<Element> read() {
            int start = at;
            if (start == text.length()) {
                throw new TriggerException(0, "this pattern is empty", "write a name, or leave it out");
            }
            while (at < text.length()) {
                char c = text.charAt(at++);
                switch (c) {
                    case '*' -> stars(start);
                    case '[' -> elements.add(characters());
                    case '?' -> quantify(c, false, 1);
                    case '+' -> quantify(c, true, 0);
                    case '\\' -> {
                        if (at == text.length()) {
                            throw new TriggerException(
                                    at - 1, "a \\ takes the next character as it is, but none follows", "leave it out");
                        }
                        elements.add(Element.one(text.charAt(at++)));
                    }
                    default -> elements.add(Element.one(c));
                }
            }
            return List.copyOf(elements);
        }

        private void stars(int start) {
            int first = at - 1;
            while (at < text.length() && text.charAt(at) == '*') {
                at++;
            }
            boolean begins = first == start || text.charAt(first - 1) == '/';
            if (at - first == 1) {
                elements.add(Element.WITHIN_DIRECTORY);
            } else if (begins && at < text.length() && text.charAt(at) == '/') {
                at++;
                elements.add(new Element(Element.ANY.ranges(), true, false, 3));
                elements.add(Element.ANYTHING);
                elements.add(Element.SLASH);
            } else {
                elements.add(Element.ANYTHING);
            }
        }

        /** What the sign before it in the text means for the last element. */
        private void quantify(char sign, boolean repeats, int skip) {
            int last = elements.size() - 1;
            if (last < 0 || "*/?+".indexOf(text.charAt(at - 2)) >= 0 && !isEscaped(at - 2)) {
                throw new TriggerException(
                        at - 1,
                        "a " + sign + " says how often the character before it may be there, but there is none",
                        sign == '?' ? "for any one character, write *" : "if it is meant as it stands, write \\+");
            }
            var element = elements.get(last);
            elements.set(last, new Element(element.ranges(), element.negated(), repeats, skip));
        }

        private boolean isEscaped(int index) {
            int first = index;
            while (first > 0 && text.charAt(first - 1) == '\\') {
                first--;
            }
            return (index - first) % 2 == 1;
        }

        private Element characters() {
            int open = at - 1;
            int close = text.indexOf(']', at + 1);
            if (close < 0) {
                throw new TriggerException(
                        open, "this [ is never closed", "add the ], or write \\[ if it is meant as it stands");
            }
            boolean negated = text.charAt(at) == '!' || text.charAt(at) == '^';
            var ranges = new ArrayList<Range>();
            for (int i = negated ? at + 1 : at; i < close; i++) {
                boolean range = i + 2 < close && text.charAt(i + 1) == '-';
                char first = text.charAt(i);
                char last = range ? text.charAt(i + 2) : first;
                if (last < first) {
                    throw new TriggerException(
                            i, "the range " + first + "-" + last + " is empty", "write " + last + "-" + first);
                }
                ranges.add(new Range(first, last));
                i += range ? 2 : 0;
            }
            if (negated) {
                ranges.addAll(Element.SLASH.ranges());
            }
            at = close + 1;
            return new Element(List.copyOf(ranges), negated, false, 0);
        }
    }
}
