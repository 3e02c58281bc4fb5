package dev.coil.ops.launch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.coil.ops.client.NodeClient;
import dev.coil.ops.node.EmbeddedNode;
import dev.coil.ops.node.NodeConfig;
import dev.coil.protocol.project.ForgeKind;
import dev.coil.viewer.forge.FakeForge;
import dev.coil.viewer.forge.FakeForge.Status;
import dev.coil.viewer.forge.Trouble;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** From a push to a status on the commit: a real node and real git, and a forge that takes only what is documented. */
class ForgeIsToldTest {

    private static final Duration PATIENCE = Duration.ofSeconds(120);
    private static final String GRAPH = """
            tasks:
              good: {run: test -f .coil.yml}
              bad: {run: exit 3, needs: good}
            """;
    private static final String QUICK = "tasks: {t: {run: 'true', checkout: false}}\n# ";

    private static final int PUSHES = 15;

    @TempDir
    private Path directory;

    private EmbeddedNode node;
    private FakeForge forge;

    private Forging start(ForgeKind kind) throws Exception {
        forge = new FakeForge(kind);
        node = start();
        return new Forging(directory.resolve("repository"), node.url());
    }

    private EmbeddedNode start() {
        return EmbeddedNode.start(
                NodeConfig.defaults(directory.resolve("home")).withPort(0).withSlots(4));
    }

    @AfterEach
    void stop() {
        node.close();
        forge.close();
        assertThat(forge.complaints()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(ForgeKind.class)
    void shouldSayOnTheCommitAndThePullRequestWhatBecameOfIt(ForgeKind kind) throws Exception {
        var origin = start(kind);
        origin.setUp(forge);
        origin.commit(GRAPH, "Base");
        var head = origin.commit(GRAPH + "# change\n", "Change");
        origin.git("update-ref", "refs/pull/7/head", head);
        origin.git("update-ref", "refs/merge-requests/7/head", head);
        forge.pullRequest(7, true, head);

        deliverPullRequest(origin, kind, head);

        await().atMost(PATIENCE).untilAsserted(() -> {
            assertThat(forge.status(head, "coil/mylang/pull_request")).isNotNull();
            assertThat(forge.status(head, "coil/mylang/pull_request").state())
                    .isEqualTo(kind == ForgeKind.GITLAB ? "failed" : "failure");
            assertThat(forge.comments(7)).hasSize(1);
        });
        var status = forge.status(head, "coil/mylang/pull_request");
        assertThat(status.description()).isEqualTo("failed: 1 of 2 tasks: bad");
        assertThat(status.url()).isEqualTo(node.url() + "/runs/mylang/1");
        assertThat(forge.comments(7).get(0).body()).contains("bad").contains(node.url() + "/runs/mylang/1");
    }

    private static void deliverPullRequest(Forging origin, ForgeKind kind, String head) throws Exception {
        var body =
                switch (kind) {
                    case GITHUB -> Forging.githubPullRequest("opened", 7, head, FakeForge.PATH);
                    case GITEA -> Forging.githubPullRequest("opened", 7, head, FakeForge.PATH);
                    case GITLAB ->
                        Forging.json(Map.of(
                                "object_kind",
                                "merge_request",
                                "user",
                                Map.of("username", "ada"),
                                "project",
                                Map.of("path_with_namespace", FakeForge.PATH),
                                "object_attributes",
                                Map.of(
                                        "iid",
                                        7,
                                        "action",
                                        "open",
                                        "target_branch",
                                        "main",
                                        "source_project_id",
                                        5,
                                        "target_project_id",
                                        5,
                                        "last_commit",
                                        Map.of("id", head))));
                };
        var headers =
                switch (kind) {
                    case GITHUB ->
                        Map.of("X-GitHub-Event", "pull_request", "X-Hub-Signature-256", "sha256=" + Forging.sign(body));
                    case GITEA -> Map.of("X-Gitea-Event", "pull_request", "X-Gitea-Signature", Forging.sign(body));
                    case GITLAB -> Map.of("X-Gitlab-Event", "Merge Request Hook", "X-Gitlab-Token", Forging.SECRET);
                };
        assertThat(origin.deliver("mylang", body, headers).statusCode()).isEqualTo(202);
    }

    @Test
    void shouldSayWhereAGraphIsWrong() throws Exception {
        var origin = start(ForgeKind.GITHUB);
        origin.setUp(forge);
        var wrong = origin.commit("tasks: {build: {rum: make}}\n", "Wrong");

        origin.github("push", Forging.githubPush("refs/heads/main", "", wrong));

        await().atMost(PATIENCE).untilAsserted(() -> assertThat(forge.status(wrong, "coil/mylang/push"))
                .isNotNull());
        assertThat(forge.status(wrong, "coil/mylang/push").state()).isEqualTo("failure");
        assertThat(forge.status(wrong, "coil/mylang/push").description()).startsWith(".coil.yml:1:17");
    }

    /** Forge and node fail in the middle of it. */
    @Test
    void shouldGiveEachCommitOfManyItsStatusOnce() throws Exception {
        var origin = start(ForgeKind.GITHUB);
        origin.setUp(forge);
        forge.trouble(0.1, 23, Trouble.BROKEN, Trouble.BREAKS_OFF);
        var commits = new ArrayList<String>();
        var before = "";
        for (int i = 0; i < PUSHES; i++) {
            var commit = origin.commit(QUICK + i + "\n", "Number " + i);
            var push = Forging.githubPush("refs/heads/main", before, commit);
            assertThat(origin.github("push", push).statusCode()).isEqualTo(202);
            if (i % 7 == 0) {
                assertThat(origin.github("push", push).statusCode()).isEqualTo(202);
            }
            commits.add(commit);
            before = commit;
            if (i == PUSHES / 2) {
                node.close();
                node = start();
                origin = new Forging(origin.repository(), node.url());
            }
        }

        await().atMost(PATIENCE.multipliedBy(2)).untilAsserted(() -> assertThat(commits)
                .allSatisfy(commit -> assertThat(successes(commit)).hasSize(1)));
        assertThat(new NodeClient(node.url()).runs(100).path("runs")).hasSize(PUSHES);
    }

    private List<Status> successes(String commit) {
        return forge.statuses().stream()
                .filter(status ->
                        status.commit().equals(commit) && status.state().equals("success"))
                .toList();
    }
}
