package dev.coil.scheduler.blob;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.auth.credentials.AnonymousCredentialsProvider;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;

/** What S3 may answer that a server in a test does not. */
class S3FailuresTest {

    private final AtomicInteger asked = new AtomicInteger();
    private HttpServer server;

    /** Answers so often with an error; then takes everything. */
    private volatile int refusals = Integer.MAX_VALUE;

    private volatile int status;
    private volatile String code = "";

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            exchange.getRequestBody().readAllBytes();
            boolean refused = asked.incrementAndGet() <= refusals;
            var body = refused
                    ? ("<Error><Code>" + code + "</Code><Message>No.</Message></Error>").getBytes(UTF_8)
                    : new byte[0];
            exchange.getResponseHeaders().set("Content-Type", "application/xml");
            exchange.sendResponseHeaders(refused ? status : 200, body.length == 0 ? -1 : body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private S3Place place() {
        return S3Place.parse(
                "s3://coil", "http://127.0.0.1:" + server.getAddress().getPort(), null);
    }

    private S3Bucket bucket() throws IOException {
        return S3Bucket.open(
                place(), StaticCredentialsProvider.create(AwsBasicCredentials.create("a-key", "a-secret")));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "403 | AccessDenied         | access is denied (AccessDenied): are the credentials right, and may they list,"
                        + " read, write and delete there?",
                "403 | RequestTimeTooSkewed | this machine's clock is not that of the server: set it, as with NTP",
                "503 | SlowDown             | it is asked too often (SlowDown), and the request was not served after some tries",
                "400 | AuthorizationHeaderMalformed | the bucket is in another region: set --s3-region",
                "500 | InternalError        | it answered 500 InternalError"
            })
    void shouldSayWhatIsWrongInOneSentence(int status, String code, String sentence) throws IOException {
        this.status = status;
        this.code = code;

        try (var bucket = bucket()) {
            assertThatThrownBy(() -> bucket.mark("a"))
                    .isInstanceOf(IOException.class)
                    .hasMessage(place() + ": " + sentence);
        }
    }

    @Test
    void shouldTryAgainWhatMayPass() throws IOException {
        status = 503;
        code = "SlowDown";
        refusals = 1;

        try (var bucket = bucket()) {
            bucket.mark("a");
        }

        assertThat(asked).hasValue(2);
    }

    @Test
    void shouldNotTryAgainWhatIsRefused() throws IOException {
        status = 403;
        code = "AccessDenied";

        try (var bucket = S3Bucket.open(place(), AnonymousCredentialsProvider.create())) {
            assertThatThrownBy(() -> bucket.mark("a")).hasMessageContaining("access is denied");
        }

        assertThat(asked).hasValue(1);
    }
}
