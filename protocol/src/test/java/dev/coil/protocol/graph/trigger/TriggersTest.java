package dev.coil.protocol.graph.trigger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.coil.protocol.graph.parse.GraphParser;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TriggersTest {

    private static final String BRANCHES = "{push: {branches: [main, 'release/*', '!release/old']}}";
    private static final String TAGS = "{push: {tags: 'v*'}}";
    private static final String PATHS = "{push: {paths: ['src/**', '!**.md']}, pull_request: {paths-ignore: docs/}}";

    @Test
    void shouldStartRunsOfBranchesAndPullRequestsWithoutOn() {
        var triggers = GraphParser.parse(".coil.yml", "tasks: {a: {run: x}}").triggers();

        assertThat(triggers).isEqualTo(Triggers.DEFAULT);
        assertThat(triggers.refusal(push("refs/heads/wip/x"))).isEmpty();
        assertThat(triggers.refusal(pullRequest("refs/heads/main"))).isEmpty();
        assertThat(triggers.refusal(push("refs/tags/v1"))).contains("tag 'v1' starts no run: there is no on.push.tags");
        assertThat(triggers.refusal(push("refs/notes/commits")))
                .contains("'refs/notes/commits' is neither a branch nor a tag");
        assertThat(triggers.refusal(new Occasion(Event.SCHEDULE, "refs/heads/main", "", null, "")))
                .contains("'schedule' is not among the events under 'on'");
    }

    @ParameterizedTest
    @ValueSource(strings = {"push", "[push]", "{push: }", "{push: {}}"})
    void shouldStartRunsOfBranchesAndTagsWhereNeitherIsNamed(String on) {
        assertThat(refusal(on, push("refs/heads/main"))).isNull();
        assertThat(refusal(on, push("refs/tags/v1"))).isNull();
        assertThat(refusal(on, pullRequest("refs/heads/main")))
                .isEqualTo("'pull_request' is not among the events under 'on'");
    }

    @Test
    void shouldStartNothingWhereNothingIsNamed() {
        assertThat(refusal("{}", push("refs/heads/main"))).isEqualTo("'push' is not among the events under 'on'");
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(quoteCharacter = '"', nullValues = "-", delimiter = '|', textBlock = """
            branches | refs/heads/main        | -
            branches | refs/heads/release/1   | -
            branches | refs/heads/release/1/2 | branch 'release/1/2' is not among on.push.branches
            branches | refs/heads/release/old | branch 'release/old' is not among on.push.branches
            branches | refs/heads/wip         | branch 'wip' is not among on.push.branches
            branches | refs/tags/main         | tag 'main' starts no run: there is no on.push.tags
            tags     | refs/tags/v1           | -
            tags     | refs/tags/1            | tag '1' is not among on.push.tags
            tags     | refs/heads/v1          | branch 'v1' starts no run: there is no on.push.branches
            """)
    void shouldHeedTheNamesOfBranchesAndTags(String key, String ref, @Nullable String expected) {
        assertThat(refusal(key.equals("tags") ? TAGS : BRANCHES, push(ref))).isEqualTo(expected);
    }

    @Test
    void shouldHeedNamesThatAreIgnored() {
        var on = "{push: {branches-ignore: ['wip/**'], tags-ignore: '*-rc*'}, pull_request: {branches-ignore: old}}";

        assertThat(refusal(on, push("refs/heads/main"))).isNull();
        assertThat(refusal(on, push("refs/tags/v1"))).isNull();
        assertThat(refusal(on, push("refs/heads/wip/a"))).isEqualTo("branch 'wip/a' is among on.push.branches-ignore");
        assertThat(refusal(on, push("refs/tags/v1-rc1"))).isEqualTo("tag 'v1-rc1' is among on.push.tags-ignore");
        assertThat(refusal(on, pullRequest("refs/heads/old")))
                .isEqualTo("the base branch 'old' is among on.pull_request.branches-ignore");
    }

    @Test
    void shouldAskForTheBaseBranchOfAPullRequest() {
        var on = "{pull_request: {branches: main}}";

        assertThat(refusal(on, pullRequest("refs/heads/main"))).isNull();
        assertThat(refusal(on, pullRequest("refs/heads/dev")))
                .isEqualTo("the base branch 'dev' is not among on.pull_request.branches");
    }

    @Test
    void shouldHeedThePathsThatWereChanged() {
        assertThat(refusal(PATHS, push("refs/heads/x", "a", "src/a/b.c"))).isNull();
        assertThat(refusal(PATHS, push("refs/heads/x", "src/a.md")))
                .isEqualTo("the one changed file, 'src/a.md', is not among on.push.paths");
        assertThat(refusal(PATHS, push("refs/heads/x", "a", "src/a.md")))
                .isEqualTo("none of the 2 changed files is among on.push.paths");
        assertThat(refusal(PATHS, push("refs/heads/x"))).as("unknown").isNull();
    }

    @Test
    void shouldHeedThePathsThatAreIgnored() {
        assertThat(refusal(PATHS, changing("docs/a", "a"))).isNull();
        assertThat(refusal(PATHS, changing("docs/a", "docs/b/c")))
                .isEqualTo("each of the 2 changed files is among on.pull_request.paths-ignore");
        assertThat(refusal(PATHS, changing("docs/a")))
                .isEqualTo("the one changed file, 'docs/a', is among on.pull_request.paths-ignore");
    }

    @Test
    void shouldTakeAnEmptyCommitForOneThatTouchesNoPaths() {
        assertThat(refusal(PATHS, new Occasion(Event.PUSH, "refs/heads/x", "", List.of(), "")))
                .isEqualTo("no file was changed, and on.push.paths wants some");
        assertThat(refusal(PATHS, changing())).isNull();
    }

    @Test
    void shouldNotAskWhichPathsATagChanges() {
        assertThat(refusal(PATHS, push("refs/tags/v1", "README"))).isNull();
    }

    @Test
    void shouldHeedSkipMarksButOfWhatIsDueByTheClock() {
        var message = "Mend a typo [Skip CI]";
        var on = "{push: , pull_request: , schedule: [{cron: '@daily'}]}";

        assertThat(refusal(on, new Occasion(Event.PUSH, "refs/heads/main", "", null, message)))
                .isEqualTo("the commit's message says [skip ci]");
        assertThat(refusal(on, new Occasion(Event.PULL_REQUEST, "refs/pull/1/head", "refs/heads/main", null, message)))
                .isEqualTo("the commit's message says [skip ci]");
        assertThat(refusal(on, new Occasion(Event.SCHEDULE, "refs/heads/main", "", null, message)))
                .isNull();
    }

    private static @Nullable String refusal(String on, Occasion occasion) {
        var file = GraphParser.parse(".coil.yml", "on: " + on + "\ntasks: {a: {run: x}}");
        return file.triggers().refusal(occasion).orElse(null);
    }

    private static Occasion push(String ref, String... changed) {
        return new Occasion(Event.PUSH, ref, "", changed.length == 0 ? null : List.of(changed), "Mend a typo");
    }

    private static Occasion pullRequest(String base) {
        return new Occasion(Event.PULL_REQUEST, "refs/pull/1/head", base, null, "Mend a typo");
    }

    private static Occasion changing(String... files) {
        return new Occasion(Event.PULL_REQUEST, "refs/pull/1/head", "refs/heads/main", List.of(files), "Mend a typo");
    }
}
