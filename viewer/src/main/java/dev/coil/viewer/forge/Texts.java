package dev.coil.viewer.forge;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URLEncoder;

/** Texts in the form that forges take them. */
final class Texts {

    private Texts() {}

    /** A text of at most so many characters, with … for what is missing. */
    static String cut(String text, int most) {
        if (text.length() <= most) {
            return text;
        }
        int end = most - 1;
        return text.substring(0, Character.isHighSurrogate(text.charAt(end - 1)) ? end - 1 : end) + "…";
    }

    /** One segment of a path, whatever is in it. */
    static String segment(String text) {
        return URLEncoder.encode(text, UTF_8).replace("+", "%20");
    }
}
