package dev.coil.ops.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.xml.sax.InputSource;
import picocli.CommandLine;

/** What installs Coil, and the page on it, name options that there are. */
class PackagingTest {

    private static final Path PACKAGING = Path.of("packaging");

    /** An option, and its value behind one space. */
    private static final Pattern OPTION = Pattern.compile("(?<![\\w-])(--[a-z][a-z-]*)(?: (?!-)([^\\s\"'<`]+))?");

    /** What in a line of the page is followed by options, and of which verb. */
    private static final Map<String, String> MARKS = Map.of(
            "coil up ", "up",
            "COIL_NODE_OPTIONS=", "up",
            "coil worker run ", "worker run",
            "COIL_WORKER_OPTIONS=", "worker run",
            "coil_worker_args=", "worker run",
            "coil_worker flags ", "worker run",
            "coil submit ", "submit");

    @TempDir
    private Path temporary;

    @ParameterizedTest
    @CsvSource(textBlock = """
            systemd/node.conf,                up
            launchd/dev.coil.node.plist,      up
            systemd/worker.conf,              worker run
            freebsd/coil_worker,              worker run
            openbsd/coil_worker,              worker run
            """)
    void shouldNameOptionsThatThereAre(String file, String verb) throws IOException {
        var text = Files.readString(PACKAGING.resolve(file)).replaceAll("</string>\\s*<string>", " ");

        assertThat(text.lines().filter(line -> accepts(verb, line)).count()).isPositive();
    }

    @ParameterizedTest
    @CsvSource({
        "coil-node.service, coil up $COIL_NODE_OPTIONS, node.conf",
        "coil-worker.service, coil worker run $COIL_WORKER_OPTIONS, worker.conf"
    })
    void shouldStartWithTheOptionsOfTheConfiguration(String unit, String start, String configuration) throws Exception {
        var variable = start.substring(start.indexOf('$') + 1);

        assertThat(Files.readAllLines(PACKAGING.resolve("systemd").resolve(unit)))
                .contains("ExecStart=" + start, "EnvironmentFile=-/etc/coil/" + configuration);
        assertThat(Files.readAllLines(PACKAGING.resolve("systemd").resolve(configuration)))
                .anyMatch(line -> line.startsWith(variable + "="));
    }

    @Test
    void shouldNameOptionsThatThereAreOnThePageOnInstalling() throws IOException {
        var page = Files.readString(Path.of("../docs/install.md"));
        var checked = new ArrayList<String>();

        for (var line : page.lines().toList()) {
            MARKS.forEach((mark, verb) -> {
                int at = line.indexOf(mark);
                if (at >= 0 && accepts(verb, line.substring(at))) {
                    checked.add(verb);
                }
            });
        }

        assertThat(checked).contains("up", "worker run");
    }

    @ParameterizedTest
    @ValueSource(strings = {"launchd/dev.coil.node.plist", "launchd/dev.coil.worker.plist", "tarball.xml"})
    void shouldBeWellFormed(String file) throws Exception {
        var builder = DocumentBuilderFactory.newInstance().newDocumentBuilder();
        // Apple's DTD is on the net.
        builder.setEntityResolver((publicId, systemId) -> new InputSource(new StringReader("")));

        assertThatCode(() -> builder.parse(PACKAGING.resolve(file).toFile())).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "freebsd/coil_worker",
                "openbsd/coil_worker",
                "debian/postinst",
                "debian/prerm",
                "debian/postrm",
                "test-debian"
            })
    void shouldBeTakenByTheShell(String script) throws Exception {
        var shell = new ProcessBuilder("sh", "-n", PACKAGING.resolve(script).toString())
                .redirectErrorStream(true)
                .start();

        assertThat(new String(shell.getInputStream().readAllBytes(), UTF_8)).isEmpty();
        assertThat(shell.waitFor()).isZero();
    }

    /** Whether a line has options; they are those of the verb, with values that it takes, or the test fails. */
    private boolean accepts(String verb, String line) {
        var arguments = new ArrayList<>(List.of(verb.split(" ")));
        var option = OPTION.matcher(line);
        while (option.find()) {
            arguments.add(option.group(1));
            Optional.ofNullable(option.group(2)).ifPresent(arguments::add);
        }
        if (arguments.size() == verb.split(" ").length) {
            return false;
        }
        assertThatCode(() -> program().parseArgs(arguments.toArray(String[]::new)))
                .as(line)
                .doesNotThrowAnyException();
        return true;
    }

    private CommandLine program() {
        return Coil.commandLine(new Console(temporary, temporary.resolve("home")).world());
    }
}
