package dev.coil.ops.client;

import com.fasterxml.jackson.core.JsonProcessingException;

/** Documents as a node serves them. */
public final class Documents {

    private Documents() {}

    /** A run {@code my-lang#17} of two tasks: one that failed, and one that was skipped because of it. */
    public static String run(String state) {
        boolean finished = state.equals("finished");
        return """
                {
                  "project": "my-lang", "number": 17, "id": "0123456789abcdef", "commit": "5f3c2a1b9d8e7f60",
                  "ref": "refs/heads/main", "event": "manual", "directory": "", "subject": "Add tests",
                  "submitter": "ada", "state": "%s", "outcome": "failure", "cancelled": false,
                  "createdAt": "2026-03-01T12:00:00.123Z", "finishedAt": %s,
                  "counts": {"waiting": 0, "ready": 0, "running": 0, "finished": 2, "success": 0, "failure": 1,
                             "error": 0, "timeout": 0, "cancelled": 0, "skipped": 1, "total": 2},
                  "tasks": [
                    {"index": 0, "name": "build", "base": "build", "group": null, "platform": null, "matrix": {},
                     "state": "finished", "outcome": "failure", "reason": null, "kind": null, "label": null,
                     "needs": [], "needIndexes": [], "requirement": "any", "allowFailure": false,
                     "priority": "normal", "condition": null, "script": "make", "artifacts": ["dist"],
                     "readyAt": "2026-03-01T12:00:00.200Z",
                     "attempts": [
                       {"number": 1, "worker": "build7", "incarnation": "i1",
                        "startedAt": "2026-03-01T12:00:01.000Z", "finishedAt": "2026-03-01T12:00:02.500Z",
                        "exitCode": 2, "outcome": "failure", "label": null, "reason": null, "logBytes": 12,
                        "artifacts": [{"name": "dist", "sha256": "ab12", "bytes": 1234, "files": 7}]}]},
                    {"index": 1, "name": "test/linux-s390x/1", "base": "test", "group": "test",
                     "platform": "linux-s390x", "matrix": {"platform": "linux-s390x", "shard": "1"},
                     "state": "finished", "outcome": "skipped", "reason": "build failed", "kind": "NEED",
                     "label": null, "needs": ["build"], "needIndexes": [0],
                     "requirement": "arch=s390x os=linux", "allowFailure": false, "priority": "normal",
                     "condition": null, "script": "make check", "artifacts": [], "readyAt": null, "attempts": []}
                  ]
                }
                """.formatted(state, finished ? "\"2026-03-01T12:00:03.000Z\"" : "null");
    }

    public static String oneLine(String json) {
        try {
            return Json.MAPPER.readTree(json).toString();
        } catch (JsonProcessingException e) {
            throw new AssertionError(e);
        }
    }
}
