package dev.coil.ops.cli;

import dev.coil.ops.checkout.Wanted;
import dev.coil.protocol.graph.GraphException;
import dev.coil.protocol.graph.Problem;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "lint", description = "Check the graph file as it lies there, and print what is wrong with it.")
final class LintCommand extends Verb {

    @Parameters(paramLabel = "PATH", arity = "0..1", description = "The repository (default: here).")
    private @Nullable Path path;

    @Option(names = "-f", paramLabel = "FILE", description = "The graph file to check; - for standard input.")
    private @Nullable String file;

    LintCommand(World world) {
        super(world);
    }

    @Override
    public Integer call() {
        var directory = path == null ? world.directory() : world.directory().resolve(path);
        var wanted = new Wanted(directory, null, true, file == null ? null : GraphFiles.read(world, file));
        List<Problem> problems;
        List<Problem> warnings;
        int tasks = 0;
        try (var submission = Submission.plan(wanted, "manual", List.of())) {
            problems = List.of();
            warnings = submission.plan().warnings();
            tasks = submission.plan().tasks().size();
        } catch (GraphException e) {
            problems = e.problems();
            e.moreAdvice().ifPresent(this::note);
            warnings = List.of();
        }
        if (json) {
            var result = new LinkedHashMap<String, Object>();
            result.put("problems", problems);
            result.put("warnings", warnings);
            printJson(result);
        } else {
            if (problems.isEmpty()) {
                note("the graph is fine: " + tasks + (tasks == 1 ? " task" : " tasks"));
            }
            problems.forEach(problem -> print(problem.toString()));
            warnings.forEach(warning -> print(warning + " [warning]"));
        }
        return problems.isEmpty() ? ExitCodes.OK : ExitCodes.USAGE;
    }
}
