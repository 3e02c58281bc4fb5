package dev.coil.worker.report;

import dev.coil.worker.blob.Eyes;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A glob over paths with {@code /}: {@code *} and {@code ?} stay within a name, {@code **} crosses directories and
 * <code>**&#47;</code> may stand for none, <code>{a,b}</code> and {@code [a-z]} as in a shell.
 */
final class Glob {

    private final Pattern pattern;

    private Glob(Pattern pattern) {
        this.pattern = pattern;
    }

    static boolean isOne(String path) {
        return path.chars().anyMatch(c -> "*?[{".indexOf(c) >= 0);
    }

    /** The last directory before the first wildcard: {@code out/lib} of {@code out/lib/*.so}, else the empty path. */
    static String base(String glob) {
        int wildcard = 0;
        while (wildcard < glob.length() && "*?[{".indexOf(glob.charAt(wildcard)) < 0) {
            wildcard++;
        }
        return glob.substring(0, Math.max(0, glob.lastIndexOf('/', wildcard)));
    }

    static Glob compile(String glob) {
        var regex = new StringBuilder();
        boolean inBraces = false;
        for (int i = 0; i < glob.length(); i++) {
            char c = glob.charAt(i);
            switch (c) {
                case '*' -> {
                    if (glob.startsWith("**/", i)) {
                        regex.append("(?:.*/)?");
                        i += 2;
                    } else if (glob.startsWith("**", i)) {
                        regex.append(".*");
                        i++;
                    } else {
                        regex.append("[^/]*");
                    }
                }
                case '?' -> regex.append("[^/]");
                case '[' -> {
                    int end = glob.indexOf(']', i + 2);
                    if (end < 0) {
                        regex.append("\\[");
                    } else {
                        var set =
                                glob.substring(i + 1, end).replace("\\", "\\\\").replace("[", "\\[");
                        regex.append("(?!/)[")
                                .append(set.startsWith("!") ? "^" + set.substring(1) : set)
                                .append(']');
                        i = end;
                    }
                }
                case '{' -> {
                    inBraces = glob.indexOf('}', i) > 0;
                    regex.append(inBraces ? "(?:" : "\\{");
                }
                case '}' -> {
                    regex.append(inBraces ? ")" : "\\}");
                    inBraces = false;
                }
                case ',' -> regex.append(inBraces ? "|" : ",");
                default -> regex.append(Pattern.quote(String.valueOf(c)));
            }
        }
        return new Glob(Pattern.compile(regex.toString(), Pattern.DOTALL));
    }

    boolean matches(String path) {
        return pattern.matcher(path).matches();
    }

    /** Everything below {@code root} that matches; of a directory that matches, not what is in it. */
    List<Path> findIn(Path root, Eyes eyes) throws IOException {
        var found = new ArrayList<Path>();
        Path last = null;
        for (var path : eyes.below(root)) {
            if ((last == null || !path.startsWith(last))
                    && matches(root.relativize(path).toString())) {
                found.add(path);
                last = path;
            }
        }
        return found;
    }
}
