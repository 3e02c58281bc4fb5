package dev.coil.protocol.graph.parse;

/** Knows the files of other systems, which people try first: of them one sentence says more than a complaint of every key. */
final class ForeignGraphs {

    private ForeignGraphs() {}

    /** Whether the file is one; then it is among the problems. */
    static boolean tell(Yaml root, Problems problems) {
        if (!(root instanceof Yaml.Mapping graph) || graph.get("tasks") != null) {
            return false;
        }
        for (var entry : graph.entries()) {
            if (entry.key().text().equals("jobs") && entry.value() instanceof Yaml.Mapping) {
                problems.add(
                        entry.key().at(),
                        "this is a workflow of GitHub Actions, not a graph of Coil",
                        "rename 'jobs' to 'tasks', write each job's steps as one script under 'run', leave out 'uses'");
                return true;
            }
            if (entry.key().text().equals("steps") && entry.value() instanceof Yaml.Sequence) {
                problems.add(
                        entry.key().at(),
                        "this is a pipeline of Buildkite, not a graph of Coil",
                        "name each step under 'tasks', write 'command' as 'run', 'depends_on' as 'needs', 'agents' as 'runs-on'");
                return true;
            }
            if (entry.value() instanceof Yaml.Mapping job && job.get("script") != null) {
                problems.add(
                        entry.key().at(),
                        "this is a pipeline of GitLab CI, not a graph of Coil",
                        "put the jobs under 'tasks', write 'script' as a block, run: |, and 'needs' instead of 'stage'");
                return true;
            }
        }
        return false;
    }
}
