package dev.coil.worker.execute;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.coil.worker.fault.TaskFault;
import dev.coil.worker.host.SecretFile;
import dev.coil.worker.host.TaskUser;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * A file for a shell that already is the tasks' user, and becomes the script's with the task's environment. Before, nothing of the task is
 * in it: a task shall not say which libraries root loads.
 */
final class Launch {

    private Launch() {}

    /** Writes it beside the script. */
    static Path write(List<String> command, Map<String, String> environment, Execute.Script script, TaskUser user)
            throws IOException, TaskFault {
        // As that user: root's way may lead where theirs does not.
        var text = new StringBuilder("cd ")
                .append(PseudoTerminal.quoted(script.directory().toString()))
                .append(" || exit 126\nexec env -i");
        for (var variable : environment.entrySet()) {
            var assigned = variable.getKey() + "=" + variable.getValue();
            if (variable.getKey().isEmpty() || variable.getKey().indexOf('=') >= 0 || assigned.indexOf('\0') >= 0) {
                throw new TaskFault("the task's environment cannot be set: '" + variable.getKey() + "'");
            }
            text.append(" \\\n").append(PseudoTerminal.quoted(assigned));
        }
        command.forEach(word -> text.append(" \\\n").append(PseudoTerminal.quoted(word)));
        var launch = script.scriptFile().resolveSibling("launch");
        SecretFile.write(launch, text.append('\n').toString().getBytes(UTF_8));
        user.show(launch);
        return launch;
    }
}
