package dev.coil.protocol.graph;

/**
 * Names a task of a run.
 *
 * @param project the project
 * @param run the run's number in it
 * @param task the task's index in the run
 */
public record TaskRef(String project, int run, int task) {

    /** {@code mylang#17/3}; the record key of the task in the space. */
    public String key() {
        return project + '#' + run + '/' + task;
    }

    /**
     * The reverse of {@link #key()}.
     *
     * @throws IllegalArgumentException if the text is not of that form
     */
    public static TaskRef parse(String key) {
        int hash = key.lastIndexOf('#');
        int slash = key.lastIndexOf('/');
        if (hash < 1 || slash < hash) {
            throw new IllegalArgumentException("'" + key + "' names no task: expected project#run/index");
        }
        return new TaskRef(
                key.substring(0, hash),
                Integer.parseInt(key.substring(hash + 1, slash)),
                Integer.parseInt(key.substring(slash + 1)));
    }

    @Override
    public String toString() {
        return key();
    }
}
