package dev.coil.scheduler.dispatch;

import static java.nio.charset.StandardCharsets.UTF_8;

/**
 * Words that {@code printf %b} of every POSIX shell turns into the bytes that are meant.
 *
 * @see <a href="https://pubs.opengroup.org/onlinepubs/9699919799/utilities/printf.html">printf, the conversion b</a>
 */
final class Words {

    private static final String AS_THEY_ARE = "/._,:=@%+-";

    private Words() {}

    static String escaped(String text) {
        if (text.isEmpty()) {
            return "\\c";
        }
        var word = new StringBuilder(text.length());
        for (byte b : text.getBytes(UTF_8)) {
            char c = (char) (b & 0xff);
            if (isLetterOrDigit(c) || AS_THEY_ARE.indexOf(c) >= 0) {
                word.append(c);
            } else {
                word.append("\\0").append((char) ('0' + (c >> 6))).append((char) ('0' + ((c >> 3) & 7)));
                word.append((char) ('0' + (c & 7)));
            }
        }
        return word.toString();
    }

    private static boolean isLetterOrDigit(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    }
}
