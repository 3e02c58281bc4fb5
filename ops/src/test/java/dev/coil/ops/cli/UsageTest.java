package dev.coil.ops.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UsageTest {

    @TempDir
    private Path temporary;

    private Console console;

    @BeforeEach
    void open() {
        console = new Console(temporary, temporary.resolve("home"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            rnu |                     coil: there is no verb 'rnu', did you mean 'run'?; see 'coil --help'
            frobnicate |              coil: there is no verb 'frobnicate'; see 'coil --help'
            run --drity |             coil: there is no option '--drity', did you mean '--dirty'?; see 'coil run --help'
            --frob |                  coil: there is no option '--frob'; see 'coil --help'
            runs |                    coil: there is no verb 'runs', did you mean 'list'?; see 'coil --help'
            run -n |                  coil: there is no option '-n'; see 'coil run --help'
            cancel |                  coil: RUN (such as latest) or --ref REF is missing; see 'coil cancel --help'
            watch a b|                coil: 'b' is one argument too many; see 'coil watch --help'
            log latest t --attempt x | coil: Invalid value for option '--attempt': 'x' is not an int; see 'coil log --help'
            run --json --json-lines | coil: --json and --json-lines exclude each other
            log |                     coil: RUN (such as latest) is missing; see 'coil log --help'
            stop |                    coil: there is no verb 'stop': a node ends with Ctrl-C in its terminal or 'kill PID', a run with 'coil cancel'; see 'coil --help'
            worker list |             coil: 'list' is not known here, 'coil workers' lists them; see 'coil worker --help'
            why latest |              coil: TASK is missing; see 'coil why --help'
            retry latest t --failed | coil: TASK and --failed exclude each other
            retry latest --dependents | coil: --dependents goes with TASK: whose dependents?
            artifact |                coil: expected one of ls, get after 'coil artifact'; see 'coil artifact --help'
            artifact gte |            coil: 'gte' is not known here, did you mean 'get'?; see 'coil artifact --help'
            up --port 99999 |         coil: port is 99999: expected 0 (any free one) to 65535
            up --disk lots |          coil: --disk is 'lots': expected a size such as 500MB or 10GiB
            up --disk |               coil: --disk SIZE is missing; see 'coil up --help'
            up --disk 0 |             coil: the limit of workspaces is 0 bytes: expected at least 1 MiB
            up --quarantine 7 |       coil: '7' names no command: expected a partition and an offset such as 0@1234, as the message says that told of it
            up --log -5 |             coil: --log is '-5': expected a size such as 500MB or 10GiB
            up --log 10XB |           coil: --log is '10XB': expected a size such as 500MB or 10GiB
            up --log 1KiB |           coil: the limit of logs is 1024 bytes: expected at least 64 KiB
            up --keep-runs many |     coil: --keep-runs is 'many': expected a number, or all
            up --keep-for 90d --keep-at-most 3d | coil: runs are to be kept for longer than at most
            up --keep-at-most x |     coil: --keep-at-most is 'x': expected a time such as 12h or 90d
            up --keep-for 90 |        coil: --keep-for is '90': expected a time such as 12h or 90d
            up --disk 9999999TiB |    coil: --disk is '9999999TiB': expected a size such as 500MB or 10GiB
            up --disk 1KiB |          coil: the limit of workspaces is 1024 bytes: expected at least 1 MiB
            worker run --kafka k:1 --zookeeper z:1 --log 10XB | coil: --log is '10XB': expected a size such as 500MB or 10GiB
            worker run --disk 20 |    coil: the limit of workspaces is 20 bytes: expected at least 1 MiB
            worker run |              coil: no node runs here: start one with 'coil up', or name another one with --url, or its Kafka and ZooKeeper with --kafka and --zookeeper
            lint -f nowhere.yml |     coil: cannot read the graph 'nowhere.yml': there is no such file (check the name, or 'coil init' writes a first one)
            """)
    void shouldSayInASentenceWhatIsWrongWithTheCommandLine(String arguments, String message) {
        var result = console.coil(arguments.split(" "));

        assertThat(result.err().strip()).isEqualTo(message);
        assertThat(result.out()).isEmpty();
        assertThat(result.code()).isEqualTo(ExitCodes.USAGE);
    }

    @Test
    void shouldShowItsVerbsIfNothingIsAsked() {
        var result = console.coil();

        assertThat(result.err()).contains("Verbs:").contains("completion");
        assertThat(result.out()).isEmpty();
        assertThat(result.code()).isEqualTo(ExitCodes.USAGE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"--help", "run --help", "help run", "artifact get -h", "worker run --help"})
    void shouldHelp(String arguments) {
        var result = console.coil(arguments.split(" "));

        assertThat(result.out()).startsWith("Usage: coil");
        assertThat(result.err()).isEmpty();
        assertThat(result.code()).isZero();
    }

    @Test
    void shouldNameEveryVerbInItsHelpAndDocument() throws Exception {
        var help = console.coil("--help").out();
        var document = Files.readString(Path.of("../docs/cli.md"));

        for (var verb : Coil.commandLine(console.world()).getSubcommands().keySet()) {
            assertThat(help).containsPattern("(?m)^  " + verb + " ");
            assertThat(document).containsPattern("(?m)^\\| `" + verb + "[ `]");
        }
    }

    @Test
    void shouldTellItsVersion() {
        assertThat(console.coil("version").out()).startsWith("coil ");
        assertThat(console.coil("--version").out()).startsWith("coil ");
        assertThat(console.coil("version", "--json").out()).contains("\"version\": ", "\"arch\": ");
    }

    @ParameterizedTest
    @CsvSource({"bash, complete -F _complete_coil", "zsh, bashcompinit", "fish, complete -c coil"})
    void shouldPrintCompletionScripts(String shell, String content) {
        var result = console.coil("completion", shell);

        assertThat(result.out()).contains(content).contains("artifact").contains("json-lines");
        assertThat(result.code()).isZero();
    }

    @Test
    void shouldKeepTheTraceOfAnInternalErrorInAFile() throws Exception {
        var world = console.world();

        int code = Failures.report(world, new IllegalStateException("boom"));

        assertThat(code).isEqualTo(ExitCodes.ERROR);
        try (var logs = Files.list(temporary.resolve("home/logs"))) {
            assertThat(logs.toList()).singleElement().satisfies(file -> assertThat(file)
                    .content()
                    .contains("IllegalStateException: boom", "at dev.coil.ops.cli.UsageTest"));
        }
    }
}
