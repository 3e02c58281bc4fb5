package dev.coil.ops.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.coil.protocol.codec.Codec;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class BenchCommandTest {

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void shouldMeasureThroughputBesideRawRecords() throws Exception {
        assertThat(run("throughput", "--json", "--tasks", "300", "--reps", "1", "--warm-ups", "1"))
                .isZero();

        var document = document();
        assertThat(document.get("tasksPerSecond").asDouble()).isPositive();
        assertThat(document.get("rawRoundTripPerSecond").asDouble())
                .isGreaterThan(document.get("tasksPerSecond").asDouble());
        assertThat(document.get("ratio").asDouble()).isBetween(0.0, 1.0);
    }

    @Test
    void shouldMeasureAChainBesideRawHops() throws Exception {
        assertThat(run("chain", "--json", "--hops", "50", "--reps", "1", "--warm-ups", "1"))
                .isZero();

        var document = document();
        assertThat(document.get("rawHopMs").asDouble()).isPositive();
        assertThat(document.get("msPerHop").asDouble())
                .isGreaterThan(document.get("rawHopMs").asDouble());
        assertThat(document.get("ratio").asDouble()).isGreaterThan(1);
    }

    @Test
    void shouldWriteAsMuchForAResultOfALargeGraphAsOfASmallOne() throws Exception {
        assertThat(run("store", "--json", "--sizes", "100,4000")).isZero();

        var document = document();
        assertThat(document.get("bytesPerResultOf4000").asDouble())
                .isLessThan(1.5 * document.get("bytesPerResultOf100").asDouble());
    }

    @Test
    void shouldRefuseWhatCannotBeMeasured() {
        assertThat(run("chain", "--hops", "0")).isEqualTo(CommandLine.ExitCode.USAGE);
        assertThat(err.toString()).contains("--hops is 0");
    }

    @Test
    void shouldTakeTheMiddleOfTheFigures() {
        assertThat(Repetitions.median(List.of(3.0, 1.0, 2.0))).isEqualTo(2);
        assertThat(Repetitions.median(List.of(4.0, 1.0, 2.0, 3.0))).isEqualTo(2.5);
    }

    private int run(String... arguments) {
        return new CommandLine(new BenchCommand())
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute(arguments);
    }

    private JsonNode document() throws IOException {
        return Codec.MAPPER.readTree(out.toString());
    }
}
