package dev.coil.ops.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.coil.protocol.codec.Codec;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

@Tag("alone")
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
    void shouldShowWhatItCostsThatWorkersComeAndGo() throws Exception {
        assertThat(run("workers", "--workers", "300", "--rate", "2000", "--classes", "3"))
                .isZero();

        assertThat(out.toString()).contains("come", "records", "bytes of the largest");
    }

    @Test
    void shouldShowOverTimeThatAFloodStarvesNobody() throws Exception {
        assertThat(run("shares", "--json", "--tasks", "1000", "--slots", "4", "--task-millis", "5"))
                .isZero();

        var started = document().get("started");
        assertThat(sum(started.get("flood"))).isEqualTo(1_000);
        assertThat(sum(started.get("second"))).isEqualTo(200);
        assertThat(sum(started.get("urgent"))).isEqualTo(50);
        assertThat(last(started.get("second"))).isLessThanOrEqualTo(last(started.get("flood")));
        assertThat(document().get("firstStartedAfterMs").get("urgent").asDouble())
                .isPositive();
    }

    private static int sum(JsonNode counts) {
        int sum = 0;
        for (var count : counts) {
            sum += count.asInt();
        }
        return sum;
    }

    /** In which part of the run something was started last. */
    private static int last(JsonNode counts) {
        int last = -1;
        for (int part = 0; part < counts.size(); part++) {
            last = counts.get(part).asInt() > 0 ? part : last;
        }
        return last;
    }

    @Test
    void shouldPrintSharesAsATable() {
        assertThat(run("shares", "--tasks", "200", "--slots", "4", "--task-millis", "2"))
                .isZero();

        assertThat(out.toString().lines())
                .hasSize(1 + 20 + 1 + 5)
                .first()
                .asString()
                .matches("seconds +flood +idle \\(low\\) +second +third +urgent \\(high\\)");
        assertThat(out.toString()).containsPattern("urgent \\(high\\) +10 tasks, submitted at +[0-9.]+ s");
    }

    @Test
    void shouldMeasureWhatWaitsBehindABacklogBesideWhatDoesNot() throws Exception {
        assertThat(run("backlog", "--json", "--tasks", "2000", "--probes", "3", "--slots", "2", "--task-millis", "20"))
                .isZero();

        var document = document();
        assertThat(document.get("leftAtTheEnd").asInt())
                .as("all of it was started before the last probe")
                .isPositive();
        assertThat(document.get("highRatio").asDouble()).isPositive();
        assertThat(document.get("otherProjectMs").asDouble()).isPositive();
    }

    @Test
    void shouldRefuseWhatCannotBeMeasured() {
        assertThat(run("chain", "--hops", "0")).isEqualTo(CommandLine.ExitCode.USAGE);
        assertThat(err.toString()).contains("--hops is 0");
        assertThat(run("shares", "--tasks", "99")).isEqualTo(CommandLine.ExitCode.USAGE);
        assertThat(err.toString()).contains("--tasks is 99: expected 100 or more");
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
