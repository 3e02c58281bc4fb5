package dev.coil.ops.worker;

import static dev.coil.ops.worker.ConformanceFixture.last;
import static dev.coil.ops.worker.ConformanceFixture.task;
import static org.assertj.core.api.Assertions.assertThat;

import dev.coil.ops.client.Run;
import dev.coil.protocol.graph.Outcome;

/** A graph that says whatever a graph may say, and what must become of it. */
final class AnyGraph {

    private AnyGraph() {}

    static final String TEXT = """
            tasks:
              both: {checkout: false, run: "echo out; echo err >&2; echo again; echo over > /dev/stderr"}
              dir: {working-directory: sub/dir, checkout: false, run: pwd}
              shell: {checkout: false, shell: no-such-shell, run: "true"}
              pipefail: {checkout: false, shell: bash, run: "false | true"}
              daemon: {checkout: false, run: "sleep 1000 & (sleep 1001 &) ; exit 0"}
              build:
                checkout: false
                artifacts: {dist: out/, texts: "out/**/*.txt", some: "out/[a-b]*.{txt,c}", one: out/a.txt}
                run: |
                  mkdir -p out/sub; echo 1 > out/a.txt; ln out/a.txt out/twin; echo 2 > out/sub/b.txt
                  ln -s a.txt out/link; printf '#!/bin/sh\\necho ran\\n' > out/x; chmod 755 out/x; mkfifo out/pipe
              use:
                checkout: false
                download: {build.dist: in/, build.one: copy.txt, build.texts: texts, build.some: some}
                run: find . | LC_ALL=C sort; ./in/x; cat copy.txt texts/sub/b.txt in/link in/twin
              bad-gen: {checkout: false, generates: more.yml, run: "echo 'tasks: 7' > more.yml"}
              missing: {artifacts: {x: none.txt}, checkout: false, run: "true"}
              outside: {artifacts: {x: link/hosts}, checkout: false, run: ln -s /etc link}
              always:
                checkout: false
                artifacts: {x: {path: "*.log", when: always}, y: {path: none, when: always}}
                run: echo why > a.log; exit 4
              locked: {checkout: false, run: mkdir -p a/b; echo 1 > a/b/c; chmod 0 a/b; chmod 0 a}
            """;

    /** Of a worker that ran this graph. @param inOrder whether it keeps both outputs of a script in the order in which they came */
    static void check(ConformanceFixture fixture, WorkerUnderTest worker, Run run, boolean inOrder) throws Exception {
        var said = worker.said();
        var both = assertThat(fixture.text(run, "both").lines()).as(said);
        if (inOrder) {
            both.containsExactly("out", "err", "again", "over");
        } else {
            both.containsExactlyInAnyOrder("out", "err", "again", "over");
        }
        assertThat(last(run, "dir").reason()).isEqualTo("the working directory dir does not exist");
        assertThat(last(run, "shell").reason())
                .isEqualTo("this worker has no program 'no-such-shell' to run the script with");
        assertThat(last(run, "pipefail").exitCode()).isEqualTo(1);
        // A shell that is about to become the sleep may be seen as well.
        assertThat(fixture.text(run, "daemon"))
                .matches("(?s)coil: killed what the script left running: (sh \\(\\d+\\), )?sleep \\(.*");
        assertThat(last(run, "build").artifacts().stream().map(artifact -> artifact.name() + " " + artifact.files()))
                .as(fixture.text(run, "build"))
                .containsExactlyInAnyOrder("dist 5", "texts 2", "some 1", "one 1");
        assertThat(fixture.text(run, "use")).as(said).endsWith("""
                .
                ./copy.txt
                ./in
                ./in/a.txt
                ./in/link
                ./in/sub
                ./in/sub/b.txt
                ./in/twin
                ./in/x
                ./some
                ./some/a.txt
                ./texts
                ./texts/a.txt
                ./texts/sub
                ./texts/sub/b.txt
                ran
                1
                2
                1
                1
                """);
        assertThat(task(run, "bad-gen").outcome()).isEqualTo(Outcome.FAILURE);
        assertThat(last(run, "bad-gen").reason()).contains("more.yml:1:8", "expected a map of tasks");
        assertThat(last(run, "missing").reason()).isEqualTo("artifact 'x': none.txt does not exist");
        assertThat(last(run, "outside").reason())
                .isEqualTo("artifact 'x': link/hosts leads out of the workspace over a symbolic link");
        assertThat(last(run, "always").exitCode()).isEqualTo(4);
        assertThat(last(run, "always").artifacts()).hasSize(1);
        assertThat(task(run, "locked").outcome()).isEqualTo(Outcome.SUCCESS);
    }
}
