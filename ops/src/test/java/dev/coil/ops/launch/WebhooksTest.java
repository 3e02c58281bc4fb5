package dev.coil.ops.launch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.coil.ops.client.NodeClient;
import dev.coil.ops.client.Task;
import dev.coil.ops.node.EmbeddedNode;
import dev.coil.ops.node.NodeConfig;
import dev.coil.viewer.forge.FakeForge;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;

/** What forges deliver, good and bad, to a real node that fetches with real git. */
class WebhooksTest {

    private static final String GRAPH = "tasks: {build: {run: make}}\n";

    @TempDir
    private static Path shared;

    private static EmbeddedNode node;
    private static NodeClient client;
    private Forging forge;

    @BeforeAll
    static void startNode() {
        node = EmbeddedNode.start(
                NodeConfig.defaults(shared.resolve("home")).withoutWorker().withPort(0));
        client = new NodeClient(node.url());
    }

    @AfterAll
    static void stopNode() {
        node.close();
    }

    @BeforeEach
    void makeRepository(TestInfo test) throws Exception {
        forge = new Forging(shared.resolve(test.getTestMethod().orElseThrow().getName()), node.url());
    }

    @Test
    void shouldRunWhatWasPushedOnceHoweverOftenItIsDelivered() throws Exception {
        forge.setUp("github");
        var first = forge.commit(GRAPH, "First");
        var second = forge.commit(GRAPH, "Second");
        var push = Forging.githubPush("refs/heads/main", first, second);

        assertThat(forge.github("push", push).statusCode()).isEqualTo(202);
        var change = forge.settled(second);
        assertThat(forge.github("push", push).statusCode()).isEqualTo(202);
        assertThat(forge.settled(second).path("run")).isEqualTo(change.path("run"));

        assertThat(change.path("state").asText()).isEqualTo("started");
        var run = client.run("mylang#" + change.path("run").asInt()).summary();
        assertThat(run.commit()).isEqualTo(second);
        assertThat(run.ref()).isEqualTo("refs/heads/main");
        assertThat(run.event()).isEqualTo("push");
        assertThat(run.subject()).isEqualTo("Second");
    }

    @Test
    void shouldRunAPullRequestAsItsHeadIsKept() throws Exception {
        forge.setUp("github");
        forge.commit(GRAPH, "Base");
        forge.git("checkout", "--quiet", "-b", "change");
        var head = forge.commit(GRAPH + "# more\n", "Change");
        forge.git("update-ref", "refs/pull/7/head", head);
        forge.git("checkout", "--quiet", "main");
        forge.git("branch", "--quiet", "-D", "change");

        forge.github("pull_request", Forging.githubPullRequest("synchronize", 7, head, FakeForge.PATH));

        var change = forge.settled(head);
        assertThat(change.path("state").asText()).as(change.toString()).isEqualTo("started");
        var run = client.run("mylang#" + change.path("run").asInt()).summary();
        assertThat(run.event()).isEqualTo("pull_request");
        assertThat(run.ref()).isEqualTo("refs/pull/7/head");
    }

    @Test
    void shouldRunAForkOnlyWhenItsVeryCommitIsApproved() throws Exception {
        forge.setUp(client, "mylang", "github", "approve");
        forge.commit(GRAPH, "Base");
        var head = forge.commit(GRAPH + "# evil\n", "Change");
        forge.github("pull_request", Forging.githubPullRequest("opened", 8, head, "mallory/mylang"));

        var held = forge.settled(head);
        assertThat(held.path("state").asText()).isEqualTo("held");
        assertThat(held.path("reason").asText())
                .contains("coil project approve mylang " + held.path("id").asText());
        client.approve("mylang", held.path("id").asText());

        var started = forge.settled(head);
        assertThat(started.path("state").asText()).isEqualTo("started");
        assertThat(client.run("mylang#" + started.path("run").asInt()).summary().event())
                .isEqualTo("pull_request_fork");
        var next = forge.commit(GRAPH + "# worse\n", "Another");
        forge.github("pull_request", Forging.githubPullRequest("synchronize", 8, next, "mallory/mylang"));
        assertThat(forge.settled(next).path("state").asText()).isEqualTo("held");
    }

    @Test
    void shouldTakeWhatGitLabAndGiteaDeliver() throws Exception {
        var commit = forge.commit(GRAPH, "One");
        forge.setUp(client, "of-gitlab", "gitlab", "never");
        var push = Forging.json(Map.of(
                "object_kind",
                "push",
                "ref",
                "refs/heads/main",
                "before",
                "0".repeat(40),
                "after",
                commit,
                "user_username",
                "ada",
                "project",
                Map.of("path_with_namespace", FakeForge.PATH)));
        assertThat(forge.deliver(
                                "of-gitlab",
                                push,
                                Map.of("X-Gitlab-Event", "Push Hook", "X-Gitlab-Token", Forging.SECRET))
                        .statusCode())
                .isEqualTo(202);
        assertThat(forge.settled("of-gitlab", commit).path("state").asText()).isEqualTo("started");

        forge.setUp(client, "of-gitea", "gitea", "never");
        var body = Forging.githubPush("refs/heads/main", "", commit);
        assertThat(forge.deliver(
                                "of-gitea",
                                body,
                                Map.of("X-Gitea-Event", "push", "X-Gitea-Signature", Forging.sign(body)))
                        .statusCode())
                .isEqualTo(202);
        assertThat(forge.settled("of-gitea", commit).path("state").asText()).isEqualTo("started");
    }

    /** For that flow, who may read the repository may propose; the forge says that it comes from the repository itself. */
    @Test
    void shouldTakeWhatIsProposedInTheAGitFlowForAFork() throws Exception {
        forge.setUp(client, "agit", "gitea", "approve");
        var head = forge.commit(GRAPH, "Change");
        var body = Forging.githubPullRequest("opened", 9, head, FakeForge.PATH)
                .replace("\"ada:change\"", "\"\"")
                .replace("\"ref\":\"change\"", "\"ref\":\"refs/pull/9/head\"");

        forge.deliver("agit", body, Map.of("X-Gitea-Event", "pull_request", "X-Gitea-Signature", Forging.sign(body)));

        assertThat(forge.settled("agit", head).path("state").asText()).isEqualTo("held");
    }

    @Test
    void shouldNotReadRepositoriesOnTheNodesDisk() throws Exception {
        forge.setUp("github");
        for (var path : new String[] {"../other", "file:///srv/git/other.git"}) {
            var commit = forge.commit(
                    "tasks: {t: {run: ls, checkout: [{repository: '" + path + "', path: other}]}}\n", path);
            forge.github("push", Forging.githubPush("refs/heads/main", "", commit));
            var change = forge.settled(commit);
            assertThat(change.path("state").asText()).as(change.toString()).isEqualTo("failed");
            assertThat(change.path("reason").asText()).contains("which means nothing to a run that a push starts");
        }
    }

    @Test
    void shouldRunBySchedule() throws Exception {
        forge.setUp("github");
        var commit = forge.commit(
                "on: {schedule: [{cron: '* * * * *', tasks: [nightly]}]}\n"
                        + "tasks: {build: {run: make}, nightly: {run: make fuzz}}\n",
                "Nightly");
        forge.github("push", Forging.githubPush("refs/heads/main", "", commit));
        assertThat(forge.settled(commit).path("state").asText()).isEqualTo("ignored");

        var started = Awaitility.await()
                .atMost(Duration.ofMinutes(3))
                .until(
                        () -> {
                            for (var change : client.project("mylang").path("changes")) {
                                if (change.path("event").asText().equals("schedule") && change.hasNonNull("run")) {
                                    return change.path("run").asInt();
                                }
                            }
                            return 0;
                        },
                        run -> run > 0);
        var run = client.run("mylang#" + started);
        assertThat(run.summary().event()).isEqualTo("schedule");
        assertThat(run.tasks()).extracting(Task::name).containsExactly("nightly");
        client.removeProject("mylang");
    }

    @Test
    void shouldHeedTheGraph() throws Exception {
        forge.setUp("github");
        var skipped = forge.commit(GRAPH, "Typo [skip ci]");
        forge.github("push", Forging.githubPush("refs/heads/main", "", skipped));
        assertThat(forge.settled(skipped).path("reason").asText()).contains("[skip ci]");

        var unwanted = forge.commit("on: {push: {branches: [main]}}\n" + GRAPH, "Branches");
        forge.git("branch", "wip");
        forge.github("push", Forging.githubPush("refs/heads/wip", "", unwanted));
        var change = forge.settled(unwanted);
        assertThat(change.path("state").asText()).isEqualTo("ignored");
        assertThat(change.path("reason").asText()).contains("wip");

        var before = forge.commit("on: {push: {paths: ['src/**']}}\n" + GRAPH, "Paths");
        Files.writeString(forge.repository().resolve("README"), "read me\n");
        forge.git("add", "-A");
        forge.git("commit", "--quiet", "-m", "Words");
        var words = forge.git("rev-parse", "HEAD");
        forge.github("push", Forging.githubPush("refs/heads/main", before, words));
        assertThat(forge.settled(words).path("reason").asText()).contains("on.push.paths");

        var wrong = forge.commit("tasks: {build: {rum: make}}\n", "Wrong");
        forge.github("push", Forging.githubPush("refs/heads/main", skipped, wrong));
        change = forge.settled(wrong);
        assertThat(change.path("state").asText()).isEqualTo("failed");
        assertThat(change.path("reason").asText()).contains(".coil.yml:1:17").contains("rum");

        forge.git("rm", "--quiet", ".coil.yml");
        forge.git("commit", "--quiet", "-m", "None");
        var none = forge.git("rev-parse", "HEAD");
        forge.github("push", Forging.githubPush("refs/heads/main", wrong, none));
        assertThat(forge.settled(none).path("reason").asText()).isEqualTo("there is no .coil.yml in commit " + none);
    }

    @Test
    void shouldSayThatACommitIsGone() throws Exception {
        forge.setUp("github");
        forge.commit(GRAPH, "One");
        var gone = "5".repeat(40);

        forge.github("push", Forging.githubPush("refs/heads/main", "", gone));

        var change = forge.settled(gone);
        assertThat(change.path("state").asText()).isEqualTo("failed");
        assertThat(change.path("reason").asText()).contains("no longer there");
    }

    @Test
    void shouldRunNothingForWhatIsNoneOfItsEvents() throws Exception {
        forge.setUp("github");
        var commit = forge.commit(GRAPH, "One");

        assertThat(forge.github("ping", "{\"zen\":\"Keep it logically awesome.\"}")
                        .body())
                .contains("ignored");
        assertThat(forge.github("push", Forging.githubPush("refs/heads/old", commit, ""))
                        .body())
                .contains("refs/heads/old was deleted");
        assertThat(forge.github("pull_request", Forging.githubPullRequest("labeled", 3, commit, FakeForge.PATH))
                        .body())
                .contains("its commit is the same");
    }

    @Test
    void shouldRefuseWhatIsForgedOrDamaged() throws Exception {
        forge.setUp("github");
        var commit = forge.commit(GRAPH, "One");
        var push = Forging.githubPush("refs/heads/main", "", commit);

        var unsigned = forge.deliver("mylang", push, Map.of("X-GitHub-Event", "push"));
        assertThat(unsigned.statusCode()).isEqualTo(401);
        assertThat(unsigned.body()).contains("X-Hub-Signature-256");
        var forged = forge.deliver(
                "mylang",
                push.replace("refs/heads/main", "refs/heads/evil"),
                Map.of("X-GitHub-Event", "push", "X-Hub-Signature-256", "sha256=" + Forging.sign(push)));
        assertThat(forged.statusCode()).isEqualTo(401);
        assertThat(forge.github("push", push.substring(0, push.length() / 2)).statusCode())
                .isEqualTo(400);
        assertThat(forge.github("push", push.replace(FakeForge.PATH, "eve/other"))
                        .statusCode())
                .isEqualTo(422);
        assertThat(forge.github("push", push.replace(commit, "--upload-pack=evil"))
                        .statusCode())
                .isEqualTo(422);
        assertThat(forge.github("push", push.replace("refs/heads/main", "--exec=evil"))
                        .statusCode())
                .isEqualTo(422);
        assertThat(forge.github("push", "{\"ref\":\"" + "x".repeat(26 << 20) + "\"}")
                        .statusCode())
                .isEqualTo(413);
        assertThat(forge.deliver("nobody", push, Map.of()).statusCode()).isEqualTo(404);
        assertThat(client.project("mylang").path("changes").findValuesAsText("commit"))
                .doesNotContain(commit);
    }
}
