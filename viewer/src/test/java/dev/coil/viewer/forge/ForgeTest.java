package dev.coil.viewer.forge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.coil.protocol.project.ForgeKind;
import dev.coil.viewer.forge.CommitStatus.State;
import java.net.URI;
import java.net.http.HttpClient;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ForgeTest {

    private static final HttpClient CLIENT = HttpClient.newHttpClient();
    private static final String HEAD = "c0ffee0000000000000000000000000000000000";
    private static final String BEFORE = "decaf00000000000000000000000000000000000";
    private static final URI PAGE = URI.create("https://ci.example.org/runs/mylang/17");

    private FakeForge fake = new FakeForge(ForgeKind.GITHUB);

    private Forge forge(ForgeKind kind) {
        fake.close();
        fake = new FakeForge(kind);
        return Forge.of(fake.repository(), CLIENT);
    }

    @AfterEach
    void shouldHaveSentOnlyWhatIsDocumented() {
        fake.close();
        assertThat(fake.complaints()).isEmpty();
    }

    private static CommitStatus status(State state, String description) {
        return new CommitStatus(HEAD, state, "coil/push", description, PAGE);
    }

    @ParameterizedTest
    @EnumSource
    void shouldPutEachStateInTheForgesWords(ForgeKind kind) throws Exception {
        var forge = forge(kind);
        for (var state : State.values()) {
            forge.setStatus(status(state, "40 tasks"));
        }

        assertThat(fake.statuses())
                .extracting(FakeForge.Status::state)
                .containsExactlyElementsOf(
                        switch (kind) {
                            case GITLAB ->
                                Arrays.asList("pending", "running", "success", "failed", "failed", "canceled");
                            case GITHUB, GITEA ->
                                Arrays.asList("pending", "pending", "success", "failure", "error", "error");
                        });
        assertThat(fake.status(HEAD, "coil/push"))
                .extracting(FakeForge.Status::description, FakeForge.Status::url)
                .containsExactly("40 tasks", PAGE.toString());
    }

    @ParameterizedTest
    @EnumSource
    void shouldCutWhatIsTooLong(ForgeKind kind) throws Exception {
        var forge = forge(kind);
        forge.setStatus(new CommitStatus(
                HEAD,
                State.FAILURE,
                "coil/" + "x".repeat(300),
                "failed: " + "🐛".repeat(200),
                URI.create(PAGE + "?" + "y".repeat(300))));

        var told = fake.statuses().get(0);
        assertThat(told.description().length()).isBetween(138, kind == ForgeKind.GITHUB ? 140 : 255);
        assertThat(told.description()).endsWith("🐛…");
        assertThat(told.context()).hasSize(255).endsWith("…");
        assertThat(told.url())
                .hasSize(kind == ForgeKind.GITLAB ? 0 : PAGE.toString().length() + 301);
    }

    @Test
    void shouldBeContentIfAStatusOnGitLabIsThereAlready() throws Exception {
        var forge = forge(ForgeKind.GITLAB);
        forge.setStatus(status(State.PENDING, "one"));
        forge.setStatus(status(State.PENDING, "two"));
        forge.setStatus(status(State.RUNNING, "three"));
        forge.setStatus(status(State.RUNNING, "four"));
        forge.setStatus(status(State.PENDING, "a retry"));
        forge.setStatus(status(State.SUCCESS, "five"));
        forge.setStatus(status(State.SUCCESS, "six"));

        assertThat(fake.statuses())
                .extracting(FakeForge.Status::description)
                .containsExactly("one", "three", "five", "six");
    }

    @ParameterizedTest
    @EnumSource
    void shouldFindOpenPullRequestsOnAllPagesHeadsFirst(ForgeKind kind) throws Exception {
        var forge = forge(kind);
        fake.pagesOf(2);
        for (int number = 1; number <= 5; number++) {
            fake.pullRequest(number, true, "aaaa", "bbbb");
        }
        fake.pullRequest(6, true, HEAD, "beef");
        fake.pullRequest(7, false, HEAD);
        fake.pullRequest(8, true, BEFORE, HEAD);
        fake.pullRequest(9, true, "dead", "beef", HEAD);

        var found = forge.openPullRequestsOf(HEAD);

        assertThat(found).startsWith(new PullRequest(8, true), new PullRequest(9, true));
        if (kind != ForgeKind.GITEA) {
            assertThat(found).endsWith(new PullRequest(6, false)).hasSize(3);
        }
        assertThat(forge.openPullRequestsOf(BEFORE)).containsExactly(new PullRequest(8, false));
        assertThat(forge.openPullRequestsOf("0123")).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void shouldFindThePullRequestOfAForkByItsHead(ForgeKind kind) throws Exception {
        var forge = forge(kind);
        fake.pullRequestOfFork(3, BEFORE, HEAD);

        assertThat(forge.openPullRequestsOf(HEAD)).containsExactly(new PullRequest(3, true));
    }

    @ParameterizedTest
    @EnumSource
    void shouldKeepOneCommentAmongManyAndEditIt(ForgeKind kind) throws Exception {
        var forge = forge(kind);
        fake.pagesOf(3);
        fake.pullRequest(8, true, HEAD);
        for (int i = 0; i < 7; i++) {
            fake.comment(8, "somebody", "<!-- coil mylang -->\nnot the bot's");
        }

        forge.comment(8, "coil mylang", "running");
        forge.comment(8, "coil other", "of another project");
        forge.comment(8, "coil mylang", "passed");
        int calls = fake.calls().size();
        forge.comment(8, "coil mylang", "passed\n");

        assertThat(fake.comments(8))
                .filteredOn(comment -> comment.user().equals(FakeForge.USER))
                .extracting(FakeForge.Comment::body)
                .containsExactly("<!-- coil mylang -->\npassed", "<!-- coil other -->\nof another project");
        assertThat(fake.comments(8)).hasSize(9);
        assertThat(fake.calls().subList(calls, fake.calls().size()))
                .as("the same again")
                .allMatch(call -> call.startsWith("GET "));
    }

    @ParameterizedTest
    @EnumSource
    void shouldKeepOneCommentWithATokenThatHasNoUser(ForgeKind kind) throws Exception {
        var forge = forge(kind);
        fake.hideUser();
        fake.pullRequest(8, true, HEAD);
        fake.comment(8, "somebody", "<!-- coil mylang -->\nnot the bot's");

        forge.comment(8, "coil mylang", "running");
        forge.comment(8, "coil mylang", "passed");

        assertThat(fake.comments(8))
                .extracting(FakeForge.Comment::body)
                .containsExactly("<!-- coil mylang -->\nnot the bot's", "<!-- coil mylang -->\npassed");
    }

    @Test
    void shouldRefuseAMarkerThatCouldNotBeHidden() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> forge(ForgeKind.GITHUB).comment(1, "x --> y", ""));
    }

    @Test
    void shouldRefuseAClientThatFollowsRedirects() {
        var client = HttpClient.newBuilder()
                .followRedirects(HttpClient.Redirect.NORMAL)
                .build();

        assertThatIllegalArgumentException()
                .isThrownBy(() -> Forge.of(fake.repository(), client))
                .withMessageContaining("takes tokens elsewhere");
    }

    @ParameterizedTest
    @ValueSource(strings = {"acme", "acme/", "/name", "a/b/c", "../name", "a/..", "a b/c", "a/b?c", "a/b#c", "a%2fb/c"})
    void shouldRefuseWhatIsNoPathOfARepository(String path) {
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        new ForgeRepository(ForgeKind.GITHUB, URI.create("https://api.github.com"), path, "secret"))
                .withMessageContaining("owner/name")
                .withMessageNotContaining("secret");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "two words", "se\r\ncret", "secrét"})
    void shouldRefuseWhatIsNoTokenWithoutTellingIt(String token) {
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> new ForgeRepository(ForgeKind.GITHUB, URI.create("https://api.github.com"), "a/b", token))
                .withMessageStartingWith("the token for a/b")
                .withMessageNotContaining("cret");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"ftp://x", "api.github.com", "https://user:word@host/api", "https://host/api?x=y", "file:/x"})
    void shouldRefuseWhatIsNoAddressOfAForge(String api) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ForgeRepository(ForgeKind.GITHUB, URI.create(api), "a/b", "secret"));
    }

    @Test
    void shouldTellARepositoryWithoutItsToken() {
        var repository = new ForgeRepository(
                ForgeKind.GITLAB, URI.create("https://gitlab.com/api/v4/"), "group/sub/name", "secret");

        assertThat(repository).hasToString("gitlab https://gitlab.com/api/v4 group/sub/name");
        assertThat(repository.host()).isEqualTo("gitlab.com");
    }

    @Test
    void shouldTellApartWhatIsNoCommit() {
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> new CommitStatus("../../x", State.SUCCESS, "c", "d", PAGE));
    }
}
