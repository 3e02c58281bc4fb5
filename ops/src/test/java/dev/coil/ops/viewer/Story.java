package dev.coil.ops.viewer;

import dev.coil.protocol.event.Event.EndKind;
import dev.coil.protocol.event.Event.TaskSummary;
import dev.coil.protocol.graph.AttemptResult.StoredArtifact;
import dev.coil.protocol.graph.Need;
import dev.coil.protocol.graph.Outcome;
import dev.coil.protocol.graph.Priority;
import dev.coil.protocol.graph.Source;
import dev.coil.protocol.tuple.Attributes;
import dev.coil.protocol.tuple.Requirement;
import dev.coil.protocol.tuple.WorkerInfo;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A fleet and some runs as a language project has them, in the middle of a busy minute. */
final class Story {

    private static final String COMMIT = "9f2c1e7ab34d5608f1c2d3e4a5b6978812345678";
    private static final List<String> PLATFORMS = List.of(
            "linux-x86_64",
            "linux-aarch64",
            "linux-s390x",
            "linux-ppc64le",
            "linux-riscv64",
            "freebsd-x86_64",
            "openbsd-x86_64");

    private final Teller teller;
    private final long now = System.currentTimeMillis();
    private final List<TaskSummary> tasks = new ArrayList<>();
    private final Map<String, Integer> indexes = new HashMap<>();
    private final Map<String, WorkerInfo> workers = new LinkedHashMap<>();

    Story(Teller teller) {
        this.teller = teller;
    }

    /** The live run. */
    Teller.Run tell() {
        workers();
        older();
        return live();
    }

    int index(String task) {
        return indexes.get(task);
    }

    private void workers() {
        worker("build1", "linux", "x86_64", 16, 6, "debian", "glibc", "kvm", "quiet");
        worker("build2", "linux", "x86_64", 8, 4, "alpine", "musl");
        worker("ampere", "linux", "aarch64", 32, 8, "ubuntu", "glibc");
        worker("z15", "linux", "s390x", 4, 2, "debian", "glibc");
        worker("talos", "linux", "ppc64le", 16, 4, "fedora", "glibc", "ptrace");
        worker("visionfive", "linux", "riscv64", 4, 1, "debian", "glibc");
        worker("beastie", "freebsd", "x86_64", 8, 3, "", "");
        teller.workers(now - 3_000_000, List.copyOf(workers.values()));
    }

    private void worker(
            String name, String os, String arch, int cpus, int slots, String distro, String libc, String... labels) {
        var facts = new HashMap<>(Map.of(
                "os", os, "arch", arch, "cpus", Integer.toString(cpus), "memory", Long.toString(cpus * 2L << 30)));
        if (!distro.isEmpty()) {
            facts.put("distro", distro);
            facts.put("libc", libc);
        }
        workers.put(
                name,
                new WorkerInfo(
                        name,
                        "w" + Integer.toHexString(name.hashCode()),
                        Integer.toHexString(name.hashCode() * 31) + "f00d",
                        Attributes.of(facts, labels),
                        slots,
                        "0.1.0",
                        now - 86_400_000L * 3,
                        name.equals("build2")));
    }

    private void older() {
        var subjects = List.of(
                "Fold constants before the register allocator sees them",
                "ppc64le: save the TOC pointer around calls through the PLT",
                "Add `match` to the grammar, behind a flag",
                "Release 0.9.2",
                "Parse numbers with exponents as the standard says, including 1e400 and the ones nobody writes",
                "tests: give the network tests ports of their own");
        int number = 11;
        for (var subject : subjects) {
            boolean failed = number % 3 == 2;
            long at = now - (17L - number) * 5_400_000L;
            var source = new Source(
                    Integer.toHexString(subject.hashCode()) + COMMIT.substring(8),
                    number == 14
                            ? "refs/tags/v0.9.2"
                            : number % 2 == 0 ? "refs/heads/main" : "refs/heads/topic-" + number,
                    number % 2 == 0 ? "push" : "pull_request",
                    "",
                    "",
                    subject);
            var some = new ArrayList<TaskSummary>();
            for (int i = 0; i < 36; i++) {
                some.add(task("t" + i, "t" + i, Map.of(), List.of(), Requirement.ANY, null, false));
            }
            var run = teller.run("mylang", number, source, some, at);
            for (int i = 0; i < some.size(); i++) {
                run.started(i, workers.get("build1"), at + 1000 + i * 500L);
                boolean bad = failed && i % 17 == 5;
                run.finished(i, 1, bad ? Outcome.FAILURE : Outcome.SUCCESS, bad ? 1 : 0, at + 20_000 + i * 9_000L);
            }
            run.finished(failed ? Outcome.FAILURE : Outcome.SUCCESS, at + 20_000 + some.size() * 9_000L);
            number++;
        }
        var docs = teller.run(
                "website",
                204,
                new Source(COMMIT.replace('9', 'd'), "refs/heads/main", "push", "", "", "Explain what a claim is"),
                List.of(
                        task("build", "build", Map.of(), List.of(), Requirement.ANY, null, false),
                        task("links", "links", Map.of(), List.of(0), Requirement.ANY, null, true)),
                now - 130_000);
        docs.started(0, workers.get("build2"), now - 120_000);
        docs.finished(0, 1, Outcome.SUCCESS, 0, now - 100_000);
        docs.started(1, workers.get("build2"), now - 30_000);
        docs.outcomeKnown(Outcome.SUCCESS, now - 100_000);
    }

    private static TaskSummary task(
            String name,
            String base,
            Map<String, String> matrix,
            List<Integer> needs,
            Requirement requirement,
            String platform,
            boolean allowFailure) {
        return new TaskSummary(
                name,
                base,
                matrix,
                needs.stream().map(Need::on).toList(),
                requirement,
                platform,
                Priority.NORMAL,
                allowFailure,
                null,
                "./ci/" + base.replaceAll(".*/", "") + ".sh --jobs \"$COIL_CPUS\"\nmake check",
                List.of("dist"));
    }

    private void add(TaskSummary task) {
        indexes.put(task.name(), tasks.size());
        tasks.add(task);
    }

    private void onPlatforms(String base, List<String> needs, List<String> shards) {
        for (var platform : PLATFORMS) {
            for (var shard : shards) {
                var matrix = new LinkedHashMap<String, String>();
                matrix.put("platform", platform);
                if (!shard.isEmpty()) {
                    matrix.put("shard", shard);
                }
                var parts = platform.split("-", 2);
                add(task(
                        base + "/" + platform + (shard.isEmpty() ? "" : "/" + shard),
                        base,
                        matrix,
                        needs.stream().map(n -> indexes.get(n + "/" + platform)).toList(),
                        Requirement.parse("os=" + parts[0] + " arch=" + parts[1]),
                        platform,
                        platform.startsWith("openbsd") || platform.contains("riscv")));
            }
        }
    }

    private void single(String name, List<String> needs, boolean allowFailure) {
        add(task(
                name,
                name,
                Map.of(),
                needs.stream().map(indexes::get).toList(),
                Requirement.parse("os=linux arch=x86_64"),
                "linux-x86_64",
                allowFailure));
    }

    private Teller.Run live() {
        single("lint", List.of(), false);
        single("format", List.of(), false);
        onPlatforms("build", List.of(), List.of(""));
        onPlatforms("test", List.of("build"), List.of("1", "2", "3"));
        for (var name : List.of("parser", "lexer", "types", "codegen", "gc", "threads", "ffi", "unicode-tables")) {
            single("unit/" + name, List.of("build/linux-x86_64"), name.equals("threads"));
        }
        single("docs", List.of(), false);
        single("coverage", List.of("build/linux-x86_64"), false);
        single("bench", List.of("build/linux-x86_64"), true);
        single("fuzz", List.of(), true);
        single("publish", List.of("coverage"), false);

        var source = new Source(
                COMMIT,
                "refs/heads/gc-write-barrier",
                "pull_request",
                COMMIT.replace('1', '2'),
                "",
                "Emit the write barrier only where the collector can move the object");
        var run = teller.run("mylang", 17, source, tasks, now - 265_000);
        finish(run, "lint", "build1", 260, 9, Outcome.SUCCESS, 0);
        finish(
                run,
                "format",
                "build1",
                259,
                3,
                Outcome.FAILURE,
                1,
                "src/gc/barrier.c:118: line is 137 columns long\n"
                        + "src/gc/barrier.c:240: tab in indentation\n2 files would be changed, run ./ci/format.sh\n");
        var built = Map.of(
                "linux-x86_64",
                "build1",
                "linux-aarch64",
                "ampere",
                "linux-s390x",
                "z15",
                "linux-ppc64le",
                "talos",
                "freebsd-x86_64",
                "beastie");
        int length = 38;
        for (var platform : PLATFORMS) {
            if (built.containsKey(platform)) {
                finish(run, "build/" + platform, built.get(platform), 255, length, Outcome.SUCCESS, 0);
                length += 17;
            }
        }
        run.started(index("build/linux-riscv64"), workers.get("visionfive"), now - 251_000);
        run.ready(index("build/openbsd-x86_64"), 1, now - 264_000);
        tests(run, built);
        units(run);
        finish(run, "docs", "build2", 240, 31, Outcome.SUCCESS, 0);
        run.started(index("coverage"), workers.get("build1"), now - 190_000);
        run.ready(index("bench"), 1, now - 200_000);
        run.ended(
                index("fuzz"),
                0,
                Outcome.SKIPPED,
                "its condition event == 'schedule' does not hold",
                EndKind.CONDITION,
                now - 260_000);
        log(run, index("coverage"));
        teller.flush();
        return run;
    }

    private void tests(Teller.Run run, Map<String, String> built) {
        int age = 190;
        for (var entry : List.of("linux-x86_64", "linux-aarch64", "linux-s390x", "linux-ppc64le", "freebsd-x86_64")) {
            var worker = built.get(entry);
            finish(run, "test/" + entry + "/1", worker, age, 61, Outcome.SUCCESS, 0);
            if (entry.equals("linux-s390x")) {
                finish(run, "test/" + entry + "/2", worker, age, 44, Outcome.FAILURE, 2, """
                        ok 211 - map literal keeps its order
                        ok 212 - map literal with spread
                        not ok 213 - barrier is emitted for a big-endian tag
                          at test/gc/barrier_test.ml:88
                          expected: 0x0000000000000011
                          actual:   0x1100000000000000
                        ok 214 - no barrier for immediates
                        1..214
                        # failed 1 of 214
                        make: *** [Makefile:61: check] Error 2
                        """);
                run.ready(index("test/" + entry + "/3"), 1, now - 100_000);
            } else if (entry.equals("linux-ppc64le")) {
                int index = index("test/" + entry + "/2");
                run.started(index, workers.get(worker), now - 150_000);
                run.attemptEnded(index, 1, Outcome.ERROR, "the worker talos was lost", now - 90_000);
                run.ready(index, 2, now - 89_000);
                run.claimed(index, 2, workers.get(worker), now - 60_000);
                run.started(index("test/" + entry + "/3"), workers.get(worker), now - 47_000);
            } else {
                finish(run, "test/" + entry + "/2", worker, age - 9, 58, Outcome.SUCCESS, 0);
                run.started(index("test/" + entry + "/3"), workers.get(worker), now - 71_000 + age * 10);
            }
            age -= 12;
        }
    }

    private void units(Teller.Run run) {
        int age = 185;
        for (var name : List.of("parser", "lexer", "types", "codegen", "ffi")) {
            finish(run, "unit/" + name, "build2", age, 12, Outcome.SUCCESS, 0);
            age -= 14;
        }
        finish(run, "unit/threads", "build1", 120, 30, Outcome.TIMEOUT, 137);
        run.started(index("unit/gc"), workers.get("build2"), now - 41_000);
        run.started(index("unit/unicode-tables"), workers.get("build1"), now - 12_000);
    }

    private void finish(
            Teller.Run run, String task, String worker, int secondsAgo, int seconds, Outcome outcome, int exitCode) {
        finish(run, task, worker, secondsAgo, seconds, outcome, exitCode, "make: nothing to be done\n");
    }

    private void finish(
            Teller.Run run,
            String task,
            String worker,
            int secondsAgo,
            int seconds,
            Outcome outcome,
            int exitCode,
            String printed) {
        long from = now - secondsAgo * 1000L;
        run.started(index(task), workers.get(worker), from);
        run.print(index(task), 1, 1, from + 100, printed);
        var artifact = new StoredArtifact("dist", "ab".repeat(32), 4_812_334, 212);
        var artifacts = task.startsWith("build/") ? new StoredArtifact[] {artifact} : new StoredArtifact[0];
        run.finished(index(task), 1, outcome, exitCode, from + seconds * 1000L, artifacts);
    }

    /** A log with what logs have: colours, progress that overwrites itself, errors, links, long lines. */
    private void log(Teller.Run run, int task) {
        long at = now - 189_000;
        run.print(task, 1, 0, at, "checked out 9f2c1e7a in 1.2 s, unpacked build.dist (4.6 MiB)\n");
        run.print(task, 1, 1, at + 100, "\033[1m$ ./ci/coverage.sh --jobs 16\033[0m\n");
        for (int i = 0; i <= 100; i += 10) {
            run.print(task, 1, 1, at + 200 + i, "\r\033[36mcompiling\033[0m " + "#".repeat(i / 4) + " " + i + "%");
        }
        run.print(task, 1, 1, at + 400, "\n");
        for (int i = 1; i <= 60; i++) {
            run.print(
                    task,
                    1,
                    1,
                    at + 400 + i * 900L,
                    "\033[32mok\033[0m   " + i + " - test/gc/case_" + i + " \033[90m(" + i * 7 % 41 + " ms)\033[0m\n");
            if (i == 23) {
                run.print(
                        task,
                        1,
                        2,
                        at + 400 + i * 900L,
                        "\033[33mwarning:\033[0m src/gc/barrier.c:118:24: unused variable"
                                + " ‘slot’ [-Wunused-variable]\n  118 |   struct object *\033[1;35mslot\033[0m = field(o, i);\n");
            }
            if (i == 41) {
                run.print(
                        task,
                        1,
                        1,
                        at + 400 + i * 900L,
                        "\033[31;1mnot ok\033[0m 42 - see"
                                + " https://example.org/mylang/issues/812#comment-7 \033[38;5;208m(known)\033[0m \033[48;5;24;97m gc \033[0m\n");
            }
        }
        run.print(
                task,
                1,
                1,
                at + 60_000,
                "coverage so far: \033[1m81.4 %\033[0m of lines, \033[4m62.0 %\033[0m of branches");
    }
}
