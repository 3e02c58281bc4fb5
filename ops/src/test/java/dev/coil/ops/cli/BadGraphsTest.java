package dev.coil.ops.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.coil.ops.checkout.GraphText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What a user is told of each bad graph: the table {@code bad-graphs.txt}, a title, the graph or what is wrong with it, and what the
 * command line says. Graphs that the table shows whole are read from it; {@link BadFiles} makes the others.
 * {@code -Dcoil.golden=write} writes it anew, to be read as a newcomer would.
 */
class BadGraphsTest {

    private static final Path TABLE = Path.of("src/test/resources/dev/coil/ops/cli/bad-graphs.txt");
    private static final Path LANGUAGE = Path.of("../protocol/src/test/resources/graphs/bad.txt");
    private static final String TITLE = "#### ";
    private static final String ARROW = "=>\n";

    /** A few lines of a usual terminal. */
    private static final int LONGEST = 4 * 80;

    @TempDir
    private Path temporary;

    @Test
    void shouldSayOfEachBadGraphWhereWhatAndWhatToDo() throws IOException {
        var table = new StringBuilder();
        for (var bad : all().entrySet()) {
            var said = said("lint", bad.getValue());
            table.append(TITLE).append(bad.getKey()).append('\n');
            table.append(bad.getValue().description())
                    .append(ARROW)
                    .append(said)
                    .append('\n');
        }

        if ("write".equals(System.getProperty("coil.golden"))) {
            Files.writeString(TABLE, table);
        }
        assertThat(table.toString()).isEqualTo(Files.readString(TABLE));
        for (var sample : samples(TABLE).entrySet()) {
            assertThat(sample.getValue().messages().lines())
                    .as(sample.getKey())
                    .isNotEmpty()
                    .allSatisfy(BadGraphsTest::isForPeople);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"run", "plan", "submit"})
    void shouldSayTheSameWithEveryVerb(String verb) throws IOException {
        for (var bad : all().entrySet()) {
            if (bad.getValue().large()) {
                continue; // each takes seconds, and they differ in nothing that a verb does
            }
            assertThat(said(verb, bad.getValue())).as(bad.getKey()).isEqualTo(said("lint", bad.getValue()));
        }
    }

    @Test
    void shouldSayOnTheCommandLineWhatTheLanguageSays() throws IOException {
        for (var sample : samples(LANGUAGE).entrySet()) {
            var result = console(temporary).typing(sample.getValue().graph()).coil("lint", "-f", "-");

            assertThat(result.code()).as(sample.getKey()).isEqualTo(ExitCodes.USAGE);
            assertThat(result.out())
                    .as(sample.getKey())
                    .isEqualTo(sample.getValue().messages().replace(".coil.yml:", "-:"));
            assertThat(result.out().lines()).allSatisfy(BadGraphsTest::isForPeople);
        }
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = ';', textBlock = """
            a byte order mark;        <BOM>tasks: {a: {run: x}}\\n
            the line ends of Windows; tasks:\\r\\n  a:\\r\\n    run: |\\r\\n      x\\r\\n      y\\r\\n
            JSON;                     {"tasks": {"a": {"run": "x"}}}
            JSON indented with tabs;  {\\n\\t"tasks": {\\n\\t\\t"a": {"run": "x"}\\n\\t}\\n}
            no line end at the end;   tasks: {a: {run: x}}
            a document marker;        ---\\ntasks: {a: {run: x}}\\n...\\n
            """)
    void shouldTakeAGraphWith(String what, String escaped) throws IOException {
        Files.writeString(
                temporary.resolve(GraphText.FILE), escaped.translateEscapes().replace("<BOM>", "\uFEFF"));

        var result = console(temporary).coil("plan");

        assertThat(result.err()).as(what).isEmpty();
        assertThat(result.out()).contains("\na ");
    }

    @Test
    void shouldTakeWordsThatOlderYamlReadsAsSomethingElse() throws IOException {
        Files.writeString(temporary.resolve(GraphText.FILE), """
                tasks:
                  no: {run: echo yes, env: {A: no, B: 0777, C: 1e3, D: 3.10, E: on, F: ~}}
                  on: {run: x, needs: no, matrix: {python: [3.9, 3.10, 0o7, 1e3, no]}}
                """);

        var result = console(temporary).coil("plan", "--json");

        assertThat(result.err()).isEmpty();
        assertThat(result.out())
                .contains("\"on/3.10\"", "\"on/0o7\"", "\"on/1e3\"", "\"on/no\"")
                .contains("\"B\": \"0777\"", "\"C\": \"1e3\"", "\"D\": \"3.10\"", "\"F\": \"\"");
    }

    @Test
    void shouldTakeANameOfTwoHundredCharacters() throws IOException {
        Files.writeString(temporary.resolve(GraphText.FILE), "tasks: {" + "a".repeat(200) + ": {run: x}}");

        assertThat(console(temporary).coil("lint"))
                .isEqualTo(new Console.Result(0, "", "coil: the graph is fine: 1 task\n"));
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
            -f gone.yml | coil: cannot read the graph 'gone.yml': there is no such file (check the name, or 'coil init' writes a first one)
            -f folder   | coil: cannot read the graph 'folder': it is a directory (name the file in it, such as folder/.coil.yml)
            -f folder/  | coil: cannot read the graph 'folder/': it is a directory (name the file in it, such as folder/.coil.yml)
            """)
    void shouldSayWhatIsWrongWithTheFileThatAnOptionNames(String arguments, String message) throws IOException {
        Files.createDirectory(temporary.resolve("folder"));

        for (var verb : new String[] {"lint", "plan", "run"}) {
            var words = (verb + " " + arguments).split(" ");
            assertThat(console(temporary).coil(words))
                    .isEqualTo(new Console.Result(ExitCodes.USAGE, "", message + "\n"));
        }
    }

    @Test
    void shouldSayHowToNameAGraphFileThatIsGivenAsARepository() throws IOException {
        var file = Files.writeString(temporary.resolve("g.yml"), "tasks: {a: {run: x}}");

        var result = console(temporary).coil("lint", "g.yml");

        assertThat(result.err())
                .isEqualTo("coil: '" + file + "' is a file, and a repository is a directory (name a graph file with -f "
                        + file + ")\n");
        assertThat(result.code()).isEqualTo(ExitCodes.USAGE);
    }

    private static void isForPeople(String line) {
        assertThat(line).hasSizeLessThanOrEqualTo(LONGEST).doesNotContain("Exception", "java.", "snakeyaml");
        assertThat(line)
                .as("a remedy")
                .matches(".*: expected .*|.* needs the key .*|.* \\(.+\\)|.*; 'coil init' .*|.* the first 20");
    }

    /** What a verb says of a graph, with the directory left out. */
    private String said(String verb, BadFiles.Bad bad) throws IOException {
        var directory = Files.createTempDirectory(temporary, "bad");
        bad.making().make(directory.resolve(GraphText.FILE));

        var result = console(directory).coil(verb);

        assertThat(result.code()).as(bad.description()).isEqualTo(ExitCodes.USAGE);
        return (result.out() + result.err()).replace(directory + "/", "").replace(directory.toString(), "here");
    }

    /** Nobody listens where it points: a bad graph is told before anybody is asked. */
    private Console console(Path directory) {
        return new Console(directory, temporary.resolve("home")).with("COIL_URL", "http://127.0.0.1:1");
    }

    private static Map<String, BadFiles.Bad> all() throws IOException {
        var all = new LinkedHashMap<>(new BadFiles().all());
        samples(TABLE)
                .forEach((title, sample) -> all.putIfAbsent(
                        title,
                        new BadFiles.Bad(
                                sample.graph(),
                                false,
                                file -> Files.write(file, sample.graph().getBytes(UTF_8)))));
        all.replaceAll((title, bad) -> bad.description().endsWith("\n")
                ? bad
                : new BadFiles.Bad("(" + bad.description() + ")\n", bad.large(), bad.making()));
        return all;
    }

    private record Sample(String graph, String messages) {}

    private static Map<String, Sample> samples(Path table) throws IOException {
        var samples = new LinkedHashMap<String, Sample>();
        for (var part : ("\n" + Files.readString(table).stripTrailing()).split("\n" + TITLE)) {
            if (!part.isEmpty()) {
                part += "\n";
                int line = part.indexOf('\n') + 1;
                int arrow = part.startsWith(ARROW, line) ? line : part.indexOf("\n" + ARROW) + 1;
                var messages = part.substring(arrow + ARROW.length()).stripTrailing() + "\n";
                samples.put(part.substring(0, line - 1), new Sample(part.substring(line, arrow), messages));
            }
        }
        return samples;
    }
}
