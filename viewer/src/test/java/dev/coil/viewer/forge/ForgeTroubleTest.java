package dev.coil.viewer.forge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.coil.protocol.project.ForgeKind;
import dev.coil.viewer.forge.CommitStatus.State;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

class ForgeTroubleTest {

    private static final Duration SHORT = Duration.ofMillis(500);
    private static final CommitStatus STATUS =
            new CommitStatus("c0ffee", State.SUCCESS, "coil/push", "passed", URI.create("http://ci/runs/p/1"));

    private final HttpClient client = HttpClient.newHttpClient();
    private final FakeForge fake = new FakeForge(ForgeKind.GITHUB);
    private final Forge forge = Forge.of(fake.repository(), client, SHORT);

    @AfterEach
    void close() {
        fake.close();
    }

    private <T extends ForgeFailure> T failure(Class<T> kind, Trouble trouble) {
        fake.trouble(trouble);
        var failure = catchThrowableOfType(kind, () -> forge.setStatus(STATUS));
        assertThat(failure).isNotNull();
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            assertThat(cause.toString()).doesNotContain(FakeForge.TOKEN);
        }
        assertThat(failure.getMessage()).startsWith("127.0.0.1:").contains("/statuses/c0ffee");
        return failure;
    }

    @ParameterizedTest
    @EnumSource(names = {"BROKEN", "HANGS", "TRICKLES", "BREAKS_OFF", "GARBAGE", "ENDLESS"})
    void shouldTryLaterWhenTheForgeIsInTrouble(Trouble trouble) {
        assertThat(failure(ForgeAway.class, trouble).waitAtLeast()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(names = {"UNAUTHORIZED", "FORBIDDEN", "MISSING", "UNPROCESSABLE", "REDIRECTS"})
    void shouldTakeARefusalForFinalAndSayWhatToDo(Trouble trouble) {
        var refusal = failure(ForgeRefusal.class, trouble);

        assertThat(refusal.getMessage())
                .contains(
                        switch (trouble) {
                            case UNAUTHORIZED -> "401 (Bad credentials: …): the token is not valid";
                            case FORBIDDEN ->
                                "403 (Resource not accessible by personal access token): the token may not";
                            case MISSING -> "404 (Not Found): there is no such thing in acme/mylang";
                            case UNPROCESSABLE -> "422 (Validation Failed): it does not take that";
                            default -> "302 and points to http://127.0.0.1";
                        });
        assertThat(fake.strays()).isZero();
    }

    @Test
    void shouldWaitAsLongAsAForgeAsksFor() {
        assertThat(failure(ForgeAway.class, Trouble.LIMITED_429).waitAtLeast()).hasValue(Duration.ofSeconds(5));
        assertThat(failure(ForgeAway.class, Trouble.LIMITED_403).waitAtLeast())
                .hasValueSatisfying(wait -> assertThat(wait.toSeconds()).isBetween(18L, 21L));
    }

    @Test
    void shouldTryLaterWhenNobodyIsThere() throws IOException {
        int port;
        try (var socket = new ServerSocket(0)) {
            port = socket.getLocalPort();
        }
        var nobody = new ForgeRepository(
                ForgeKind.GITHUB, URI.create("http://127.0.0.1:" + port), FakeForge.PATH, FakeForge.TOKEN);

        var failure = catchThrowableOfType(
                ForgeAway.class, () -> Forge.of(nobody, client).setStatus(STATUS));

        assertThat(failure).hasMessageContaining("did not answer POST /repos/acme/mylang/statuses/c0ffee: Conn");
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "GITHUB")
    void shouldTellTheTokenNowhereOnOtherForgesEither(ForgeKind kind) {
        try (var other = new FakeForge(kind)) {
            other.trouble(Trouble.UNAUTHORIZED);

            var failure = catchThrowableOfType(ForgeRefusal.class, () -> Forge.of(other.repository(), client, SHORT)
                    .setStatus(STATUS));

            assertThat(failure).hasMessageContaining("401").hasMessageNotContaining(FakeForge.TOKEN);
        }
    }

    @Test
    void shouldFailToListWhatIsNoList() {
        fake.trouble(Trouble.GARBAGE);

        assertThat(catchThrowableOfType(ForgeAway.class, () -> forge.openPullRequestsOf("c0ffee")))
                .hasMessageContaining("not JSON");
    }
}
