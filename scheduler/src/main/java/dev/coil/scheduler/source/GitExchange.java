package dev.coil.scheduler.source;

import com.linecorp.armeria.common.AggregatedHttpResponse;
import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpResponseWriter;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.ResponseHeaders;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One request and its response, with a git program between them. Neither is held in memory beyond a buffer. */
final class GitExchange {

    private static final Logger log = LoggerFactory.getLogger(GitExchange.class);
    private static final int BUFFER = 64 * 1024;

    private final Conversation call;
    private final InputStream body;
    private final HttpResponseWriter response;

    GitExchange(Conversation call, InputStream body, HttpResponseWriter response) {
        this.call = call;
        this.body = body;
        this.response = response;
    }

    /** Holds the exchange to its end, on the calling thread and two others. Returns whether git was content. */
    boolean hold(Process process, ExecutorService threads) throws InterruptedException {
        try (var git = new GitProcess(process, call.patience(), threads)) {
            response.whenComplete().exceptionallyAsync(clientLeft -> stop(git), threads);
            var fed = CompletableFuture.runAsync(() -> feed(git), threads);
            boolean spoke = relay(git.output());
            int exitCode = git.await();
            fed.join();
            if (exitCode != 0 && response.isOpen()) {
                log.info("{} ended with {}: {}", call, exitCode, git.complaint());
            }
            if (exitCode != 0 && !spoke) {
                refuse(response, HttpStatus.INTERNAL_SERVER_ERROR, "git failed: " + git.complaint());
            } else if (spoke || greet()) {
                response.close();
            }
            return exitCode == 0;
        } catch (IOException | CompletionException e) {
            log.debug("an exchange with git broke off: {}", e.getMessage());
            response.close(e);
            return false;
        }
    }

    /** Answers with a sentence that the git client shows to its user. */
    static void refuse(HttpResponseWriter response, HttpStatus status, String message) {
        response.close(AggregatedHttpResponse.of(status, MediaType.PLAIN_TEXT_UTF_8, message + "\n"));
    }

    private static Void stop(GitProcess git) {
        git.close();
        return null;
    }

    private void feed(GitProcess git) {
        try (body) {
            git.feed(body);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Passes on what git says, a piece when the one before it has gone out; when the client has left, reads on until git notices
     * that too. Returns whether git said anything.
     */
    private boolean relay(InputStream output) throws IOException {
        var buffer = new byte[BUFFER];
        boolean spoke = false;
        for (int n = output.read(buffer); n >= 0; n = output.read(buffer)) {
            boolean listening = spoke || greet();
            spoke = true;
            if (listening && response.tryWrite(HttpData.copyOf(buffer, 0, n))) {
                awaitDemand();
            }
        }
        return spoke;
    }

    private boolean greet() {
        return response.tryWrite(headers())
                && (call.preface().isEmpty() || response.tryWrite(HttpData.ofAscii(call.preface())));
    }

    private void awaitDemand() {
        try {
            response.whenConsumed().join();
        } catch (CompletionException | CancellationException e) {
            log.debug("{}: the client left", call);
        }
    }

    private ResponseHeaders headers() {
        return ResponseHeaders.builder(HttpStatus.OK)
                .contentType(call.type())
                .set(HttpHeaderNames.CACHE_CONTROL, "no-cache, max-age=0, must-revalidate")
                .build();
    }
}
