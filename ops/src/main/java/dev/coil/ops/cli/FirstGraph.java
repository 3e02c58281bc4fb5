package dev.coil.ops.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A first graph file: a task that builds, and one that tests what was built.
 *
 * @param build what was recognised, for people
 * @param placeholders the tasks that do nothing yet, whose commands the user has to write
 */
record FirstGraph(String build, String text, List<String> placeholders) {

    /** How projects that have a certain file are built. A {@code test} of {@code null} is looked up in the Makefile. */
    private record Recipe(
            String file,
            String build,
            String compile,
            @Nullable String test) {}

    /** In order: what drives the others stands before them. */
    private static final List<Recipe> RECIPES = List.of(
            new Recipe(
                    "CMakeLists.txt",
                    "CMake",
                    "cmake -B build\ncmake --build build -j \"$COIL_CPUS\"",
                    "ctest --test-dir build --output-on-failure"),
            new Recipe("dune-project", "Dune", "dune build", "dune runtest"),
            new Recipe("Cargo.toml", "Cargo", "cargo build --all-targets", "cargo test"),
            new Recipe("go.mod", "Go", "go build ./...", "go test ./..."),
            new Recipe("pom.xml", "Maven", "mvn -B -q test-compile", "mvn -B verify"),
            new Recipe("gradlew", "Gradle", "./gradlew assemble", "./gradlew check"),
            new Recipe("package.json", "npm", "npm ci", "npm test"),
            python("pyproject.toml"),
            python("setup.py"),
            new Recipe("configure", "a configure script", "./configure\nmake -j\"$COIL_CPUS\"", null),
            new Recipe("configure.ac", "Autotools", "autoreconf -fi\n./configure\nmake -j\"$COIL_CPUS\"", "make check"),
            new Recipe("Makefile", "make", "make -j\"$COIL_CPUS\"", null),
            new Recipe("GNUmakefile", "make", "make -j\"$COIL_CPUS\"", null));

    private static Recipe python(String file) {
        return new Recipe(
                file,
                "Python",
                "python3 -m venv .venv\n.venv/bin/python -m pip install . pytest",
                ".venv/bin/python -m pytest");
    }

    /** A rule for it, alone or among others; {@code test := x} is a variable. */
    private static final Pattern TEST_TARGET =
            Pattern.compile("^(?:[\\w. -]*? )??(check|test|tests)(?: [\\w. -]*)?[ \\t]*:(?!:?:?=)", Pattern.MULTILINE);

    private static final String NO_BUILD = "This does nothing yet: write what builds the project in place of the echo.";
    private static final String NO_TEST = "This does nothing yet: write what tests the project in place of the echo.";
    private static final String NO_TARGET = "The Makefile has no target check or test.\n    # "
            + "This does nothing yet: write what tests the project in place of the echo.";

    static FirstGraph of(Path directory) {
        for (var recipe : RECIPES) {
            if (Files.isRegularFile(directory.resolve(recipe.file()))) {
                var test = recipe.test() == null ? makeTest(directory, recipe.file()) : recipe.test();
                return test == null
                        ? new FirstGraph(
                                recipe.build(),
                                text(commands(recipe.compile()), placeholder(NO_TARGET, "test")),
                                List.of("test"))
                        : new FirstGraph(recipe.build(), text(commands(recipe.compile()), commands(test)), List.of());
            }
        }
        return new FirstGraph(
                "no build that it knows",
                text(placeholder(NO_BUILD, "build"), placeholder(NO_TEST, "test")),
                List.of("build", "test"));
    }

    /** {@code null} if the Makefile has no target for it. */
    private static @Nullable String makeTest(Path directory, String recipe) {
        // A GNUmakefile beside a configure script is what stands in until that has made the real one.
        var makefiles = recipe.equals("configure")
                ? List.of("Makefile.in", "Makefile", "GNUmakefile")
                : List.of("GNUmakefile", "Makefile");
        for (var name : makefiles) {
            var file = directory.resolve(name);
            try {
                if (Files.isRegularFile(file)) {
                    var target = TEST_TARGET.matcher(Files.readString(file, StandardCharsets.ISO_8859_1));
                    return target.find() ? "make " + target.group(1) : null;
                }
            } catch (IOException e) {
                throw CommandFailed.error("cannot read " + file + ": " + e.getMessage());
            }
        }
        return "make check";
    }

    private static String commands(String script) {
        return "    run: |\n" + script.indent(6).stripTrailing();
    }

    /** It succeeds, so it says, here and in its log, that this means nothing. */
    private static String placeholder(String why, String task) {
        return "    # " + why + "\n    # Until then it is green whatever the project does.\n"
                + commands(
                        "echo \"a placeholder, nothing was done: write the commands of '" + task + "' in .coil.yml\"");
    }

    private static String text(String build, String test) {
        return """
                # The tasks of this repository. 'coil plan' shows what they expand to, 'coil run' runs them.
                tasks:
                  build:
                    timeout: 60m
                %s
                  test:
                    from: build   # starts in the tree that build left
                    timeout: 60m
                %s
                """.formatted(build, test);
    }
}
