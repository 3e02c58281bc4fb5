package dev.coil.worker.program;

import java.nio.file.Path;
import java.util.Map;

/** {@code $COIL_HOME}: where all lies that the programs of this user keep. */
public final class Home {

    private Home() {}

    /**
     * By default in the user's state (XDG Base Directory Specification).
     *
     * @param directory where the user is
     */
    public static Path of(Map<String, String> environment, Path directory) {
        var home = environment.getOrDefault("COIL_HOME", "");
        if (!home.isEmpty()) {
            return directory.resolve(home);
        }
        var state = environment.getOrDefault("XDG_STATE_HOME", "");
        var base = state.isEmpty()
                ? Path.of(environment.getOrDefault("HOME", System.getProperty("user.home")))
                        .resolve(".local/state")
                : directory.resolve(state);
        return base.resolve("coil");
    }
}
