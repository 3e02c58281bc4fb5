package dev.coil.scheduler.source;

import dev.coil.scheduler.http.Refused;
import java.util.regex.Pattern;

/** The names of projects. One is safe as a file's name: it holds no separator and starts with no dot. */
public final class ProjectName {

    private static final Pattern FORM = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,99}");

    private ProjectName() {}

    public static boolean isValid(String name) {
        return FORM.matcher(name).matches();
    }

    /** @throws Refused with 400 if the text is no project's name */
    public static String check(String name) {
        if (!isValid(name)) {
            var shown = name.length() > 120 ? name.substring(0, 120) + "…" : name;
            throw Refused.badRequest(
                    "'" + shown + "' is not a project's name: expected a letter or digit, then at most 99"
                            + " letters, digits, '.', '_' and '-'");
        }
        return name;
    }
}
