package dev.coil.scheduler.access;

import static org.assertj.core.api.Assertions.assertThat;

import com.linecorp.armeria.common.HttpMethod;
import dev.coil.protocol.access.Role;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who may send which request. */
class NeedTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            GET    | /login                                     | everybody
            GET    | /assets/base.css                           | everybody
            GET    | /worker.sh                                 | everybody
            GET    | /worker.sh.sha256                          | everybody
            GET    | /coil-worker.jar                           | everybody
            GET    | /worker.shx                                | viewer submitter operator
            GET    | /api/v1/node                               | everybody
            POST   | /api/v1/access/enrol                       | everybody
            POST   | /api/v1/access/login                       | everybody
            POST   | /api/v1/worker/enrol                       | everybody
            GET    | /api/v1/access/me                          | viewer submitter operator worker
            GET    | /api/v1/access/keys                        | operator
            POST   | /api/v1/access/tokens                      | operator
            DELETE | /api/v1/access/keys/0123                   | operator
            GET    | /                                          | viewer submitter operator
            GET    | /runs/p/1                                  | viewer submitter operator
            GET    | /api/v1/runs/p%231/stream                  | viewer submitter operator
            POST   | /api/v1/runs                               | submitter operator
            POST   | /api/v1/projects/p/runs/1/cancel           | submitter operator
            POST   | /api/v1/projects/p/runs/1/retry            | submitter operator
            POST   | /api/v1/projects/p/runs/1/tasks/2/generated | worker
            POST   | /api/v1/pauses                             | operator
            POST   | /api/v1/pauses/resume                      | operator
            POST   | /api/v1/something/new                      | operator
            PUT    | /api/v1/something/new                      | operator
            GET    | /api/v1/blobs/ab                           | viewer submitter operator worker
            PUT    | /api/v1/blobs/ab                           | submitter operator worker
            GET    | /git/p.git/info/refs                       | viewer submitter operator worker
            POST   | /git/p.git/git-upload-pack                 | viewer submitter operator worker
            POST   | /git/p.git/git-receive-pack                | submitter operator
            GET    | /api/v1/projects/p/archives/c.tar.gz       | viewer submitter operator worker
            PUT    | /api/v1/worker/sessions/ab                 | worker
            POST   | /api/v1/worker/sessions/ab/claim           | worker
            DELETE | /api/v1/worker/sessions/ab                 | worker
            """)
    void shouldBeOfTheRolesThatThisIsFor(HttpMethod method, String path, String roles) {
        var need = Need.of(method, path);

        var may = need.isNothing()
                ? "everybody"
                : Arrays.stream(Role.values())
                        .filter(need::isMetBy)
                        .map(Role::text)
                        .collect(Collectors.joining(" "));
        assertThat(may).isEqualTo(roles);
    }
}
