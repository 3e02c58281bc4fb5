package dev.coil.ops.cli;

import dev.coil.ops.client.Documents;
import dev.coil.ops.client.FakeNode;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** A console that asks a node, which has one finished run. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class FakeNodeFixture {

    static final String RUN = "/api/v1/runs/my-lang%2317";
    static final String LOG = RUN + "/tasks/0/attempts/1/log";
    static final String ERRORS = """
            {"lines": [{"line": 276, "stream": "err", "text": "foo.c:12:5: error: no x"}], "more": 3}""";
    static final String FINISHED = Documents.run("finished");

    @TempDir
    Path temporary;

    final FakeNode node = new FakeNode();
    Console console;

    @BeforeEach
    void open() {
        console = new Console(temporary, temporary.resolve("home")).with("COIL_URL", node.url());
        node.json("GET /api/v1/runs/latest", FINISHED).json("GET " + RUN, FINISHED);
    }

    @AfterEach
    void reset() {
        node.reset();
    }

    @AfterAll
    void stop() {
        node.close();
    }
}
