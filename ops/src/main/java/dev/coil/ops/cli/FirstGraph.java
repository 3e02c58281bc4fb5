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
 */
record FirstGraph(String build, String text) {

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
            new Recipe("configure", "a configure script", "./configure\nmake -j\"$COIL_CPUS\"", null),
            new Recipe("configure.ac", "Autotools", "autoreconf -fi\n./configure\nmake -j\"$COIL_CPUS\"", "make check"),
            new Recipe("Makefile", "make", "make -j\"$COIL_CPUS\"", null),
            new Recipe("GNUmakefile", "make", "make -j\"$COIL_CPUS\"", null));

    private static final Pattern TEST_TARGET = Pattern.compile("^(check|test|tests)\\s*:(?!=)", Pattern.MULTILINE);

    static FirstGraph of(Path directory) {
        for (var recipe : RECIPES) {
            if (Files.isRegularFile(directory.resolve(recipe.file()))) {
                var test = recipe.test() == null ? makeTest(directory) : recipe.test();
                return new FirstGraph(recipe.build(), text(recipe.compile(), test));
            }
        }
        return new FirstGraph("no build that it knows", text("echo \"build it here\"", "echo \"test it here\""));
    }

    private static String makeTest(Path directory) {
        for (var name : List.of("GNUmakefile", "Makefile", "Makefile.in")) {
            var file = directory.resolve(name);
            try {
                if (Files.isRegularFile(file)) {
                    var target = TEST_TARGET.matcher(Files.readString(file, StandardCharsets.ISO_8859_1));
                    return "make " + (target.find() ? target.group(1) : "check");
                }
            } catch (IOException e) {
                throw CommandFailed.error("cannot read " + file + ": " + e.getMessage());
            }
        }
        return "make check";
    }

    private static String text(String compile, String test) {
        return """
                # The tasks of this repository. 'coil plan' shows what they expand to, 'coil run' runs them.
                tasks:
                  build:
                    timeout: 60m
                    run: |
                %s
                  test:
                    from: build   # starts in the tree that build left
                    timeout: 60m
                    run: |
                %s
                """.formatted(indent(compile), indent(test));
    }

    private static String indent(String script) {
        return script.indent(6).stripTrailing();
    }
}
