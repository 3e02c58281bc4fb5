package dev.coil.worker.report;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.coil.protocol.graph.LogChunk;
import dev.coil.protocol.graph.TaskRef;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class AttemptLogTest {

    private final LogRecorder recorder = new LogRecorder();
    private final AttemptLog log = recorder.attempt();

    @AfterEach
    void close() {
        recorder.close();
    }

    private void write(int stream, String text) throws InterruptedException {
        var bytes = text.getBytes(UTF_8);
        log.write(stream, bytes, 0, bytes.length);
    }

    @Test
    void shouldKeepBothStreamsInTheOrderTheyCameWithoutGaps() throws Exception {
        log.open();
        write(AttemptLog.OUT, "one\n");
        write(AttemptLog.ERR, "two\n");
        write(AttemptLog.OUT, "three\n");
        log.say("coil: done");

        assertThat(log.close().get(5, TimeUnit.SECONDS)).isEqualTo(4 + 4 + 6 + 11);

        var text = new StringBuilder();
        long expected = 0;
        for (var chunk : recorder.chunks) {
            assertThat(chunk.offset()).isEqualTo(expected);
            expected += chunk.bytes().length;
            text.append(new String(chunk.bytes(), UTF_8));
        }
        assertThat(text).hasToString("one\ntwo\nthree\ncoil: done\n");
        assertThat(recorder.chunks).extracting(LogChunk::stream).containsExactly(1, 2, 1, 0);
    }

    @Test
    void shouldLetALoneLineOutWhileTheTaskGoesOn() throws Exception {
        log.open();
        write(AttemptLog.OUT, "compiling\n");

        await().atMost(Duration.ofSeconds(2))
                .until(() -> recorder.text(AttemptLog.OUT).equals("compiling\n"));
    }

    @Test
    void shouldCutChunksAtTheirGreatestSize() throws Exception {
        log.open();
        write(AttemptLog.OUT, "x".repeat(AttemptLog.CHUNK_BYTES * 2 + 10));
        log.close().get(5, TimeUnit.SECONDS);

        assertThat(recorder.chunks)
                .extracting(chunk -> chunk.bytes().length)
                .containsExactly(AttemptLog.CHUNK_BYTES, AttemptLog.CHUNK_BYTES, 10);
    }

    @Test
    void shouldSayNothingBeforeTheClaimIsAccepted() throws Exception {
        write(AttemptLog.OUT, "early\n");
        var closed = log.close();
        recorder.sender.submit(() -> {}).get();
        assertThat(recorder.chunks).isEmpty();
        assertThat(closed).isNotDone();

        log.open();

        assertThat(closed.get(5, TimeUnit.SECONDS)).isEqualTo(6);
        assertThat(recorder.text(AttemptLog.OUT)).isEqualTo("early\n");
    }

    @Test
    void shouldSayNothingAtAllIfTheClaimIsLost() throws Exception {
        write(AttemptLog.OUT, "early\n");
        log.discard();

        assertThat(log.close().get(5, TimeUnit.SECONDS)).isZero();
        recorder.sender.submit(() -> {}).get();
        assertThat(recorder.chunks).isEmpty();
    }

    @Test
    void shouldNotLetATaskRunFarAheadOfItsLog() throws Exception {
        var megabyte = new byte[AttemptLog.MOST_UNSENT + 1];
        log.write(AttemptLog.OUT, megabyte, 0, megabyte.length);
        var more = CompletableFuture.runAsync(() -> {
            try {
                log.write(AttemptLog.OUT, megabyte, 0, 1);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
        assertThat(more).isNotDone();

        log.open();

        await().until(more::isDone);
    }

    /** @param kept the offsets of what was kept, after so many failures */
    private AttemptLog flaky(int failures, List<Long> kept) {
        var tries = new AtomicInteger();
        return new AttemptLog(
                new TaskRef("demo", 1, 0),
                1,
                chunk -> {
                    if (tries.incrementAndGet() <= failures) {
                        return CompletableFuture.failedFuture(new IllegalStateException("the broker is away"));
                    }
                    kept.add(chunk.offset());
                    return CompletableFuture.completedFuture(null);
                },
                recorder.sender,
                System::currentTimeMillis,
                LogBound.of(64 * 1024 * 1024));
    }

    @Test
    void shouldSendAgainInTheOrderInWhichItWasPrinted() throws Exception {
        List<Long> kept = new ArrayList<>();
        var flaky = flaky(3, kept);
        for (int stream : new int[] {AttemptLog.OUT, AttemptLog.ERR, AttemptLog.OUT}) {
            flaky.write(stream, new byte[] {'x'}, 0, 1);
        }
        flaky.open();

        assertThat(flaky.close().get(5, TimeUnit.SECONDS)).isEqualTo(3);
        assertThat(kept).containsExactly(0L, 1L, 2L);
    }

    @Test
    void shouldSendAgainWhatWasNotKept() throws Exception {
        List<Long> kept = new ArrayList<>();
        var flaky = flaky(1, kept);
        flaky.open();
        flaky.say("coil: hello");

        assertThat(flaky.close().get(5, TimeUnit.SECONDS)).isEqualTo(12);
        assertThat(kept).containsExactly(0L);
    }
}
