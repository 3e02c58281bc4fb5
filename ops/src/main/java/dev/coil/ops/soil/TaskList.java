package dev.coil.ops.soil;

import dev.coil.protocol.graph.GraphException;
import dev.coil.protocol.graph.Problem;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Reads a task list as Soil's {@code worker.sh} has them: on each line a name, a script, an action and a result, apart by blanks;
 * {@code -} for no result. Empty lines and lines that begin with {@code #} are passed over.
 */
public final class TaskList {

    private static final Pattern WORD = Pattern.compile("\\S+");
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._/+~@:-]{0,199}");
    private static final int COLUMNS = 4;

    private final String file;
    private final List<Problem> problems = new ArrayList<>();
    private final Map<String, Integer> lineOf = new HashMap<>();
    private final List<SoilTask> tasks = new ArrayList<>();

    private TaskList(String file) {
        this.file = file;
    }

    /**
     * Reads it whole.
     *
     * @param file its name, for messages
     * @return one task or more, with names of their own
     * @throws GraphException with a problem for each line that is none
     */
    public static List<SoilTask> read(String file, String text) {
        var list = new TaskList(file);
        int number = 0;
        for (var line : text.lines().toList()) {
            number++;
            if (!line.isBlank() && !line.stripLeading().startsWith("#")) {
                list.add(number, line);
            }
        }
        if (list.tasks.isEmpty() && list.problems.isEmpty()) {
            list.complain(1, 1, "there is no task: each line needs a name, a script, an action and a result or -");
        }
        if (!list.problems.isEmpty()) {
            throw new GraphException(list.problems);
        }
        return list.tasks;
    }

    private void add(int number, String line) {
        var words = WORD.matcher(line).results().toList();
        if (words.size() != COLUMNS) {
            int column = words.size() < COLUMNS
                    ? line.stripTrailing().length() + 1
                    : words.get(COLUMNS).start() + 1;
            complain(
                    number,
                    column,
                    "expected a name, a script, an action and a result or -, got " + words.size()
                            + (words.size() == 1 ? " word" : " words"));
            return;
        }
        var values = words.stream().map(java.util.regex.MatchResult::group).toList();
        var name = values.get(0);
        var before = lineOf.putIfAbsent(name, number);
        if (before != null) {
            complain(
                    number,
                    words.get(0).start() + 1,
                    "the task '" + name + "' is there twice: first in line " + before);
        } else if (!NAME.matcher(name).matches()) {
            complain(
                    number,
                    words.get(0).start() + 1,
                    "expected a task's name (letters, digits and ._/+~@:-, at most 200), got '" + name + "'");
        } else {
            var result = values.get(3).equals("-") ? null : values.get(3);
            tasks.add(new SoilTask(name, values.get(1), values.get(2), result));
        }
    }

    private void complain(int line, int column, String message) {
        problems.add(new Problem(file, line, column, message, null));
    }
}
