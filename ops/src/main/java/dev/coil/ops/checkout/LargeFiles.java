package dev.coil.ops.checkout;

import dev.coil.ops.files.FileTree;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Files that Git LFS keeps outside git. What stands in the commit is a pointer with the SHA-256 of the content
 * (<a href="https://github.com/git-lfs/git-lfs/blob/main/docs/spec.md">specification</a>), which is also the name of a blob.
 */
final class LargeFiles {

    private static final Pattern POINTER = Pattern.compile(
            "version https://git-lfs\\.github\\.com/spec/v1\n(?s:.*)oid sha256:([0-9a-f]{64})\n(?s:.*)");
    private static final int LARGEST_POINTER = 1024;

    private final BlobSink blobs;

    LargeFiles(BlobSink blobs) {
        this.blobs = blobs;
    }

    /** Brings the content of a commit's large files to where blobs are kept. */
    void bring(Git git, String commit) {
        var digests = digests(git, commit);
        var store = Path.of(git.need("rev-parse", "--path-format=absolute", "--git-common-dir")
                        .text())
                .resolve("lfs/objects");
        if (digests.keySet().stream().anyMatch(digest -> !Files.isRegularFile(object(store, digest)))) {
            // Its own message would be lost among ours; what is absent afterwards is told.
            git.run("lfs", "fetch", remote(git), commit);
        }
        digests.forEach((digest, path) -> {
            var file = object(store, digest);
            if (!Files.isRegularFile(file)) {
                throw new NoCheckout("checkout: {lfs: true}: the content of " + path + " is not on this machine"
                        + (git.run("lfs", "version").succeeded()
                                ? ", and 'git lfs fetch' does not get it"
                                : ": install git-lfs, then 'git lfs fetch'"));
            }
            blobs.put(file, digest);
        });
    }

    private static String remote(Git git) {
        return git.run("config", "--get", "remote.origin.url").succeeded() ? "origin" : ".";
    }

    private static Path object(Path store, String digest) {
        return store.resolve(digest.substring(0, 2))
                .resolve(digest.substring(2, 4))
                .resolve(digest);
    }

    /** The digests of the contents, each with one path that has it. */
    private static Map<String, String> digests(Git git, String commit) {
        Path temporary;
        try {
            temporary = Files.createTempDirectory("coil-lfs");
        } catch (IOException e) {
            throw new UncheckedIOException("cannot make a temporary directory to look for large files", e);
        }
        try {
            // With no files in the work tree, git takes the attributes from the index, which is the commit's.
            var looking = git.with(Map.of(
                            "GIT_INDEX_FILE",
                            temporary.resolve("index").toString(),
                            "GIT_WORK_TREE",
                            temporary.toString(),
                            "GIT_DIR",
                            git.need("rev-parse", "--absolute-git-dir").text()))
                    .in(temporary);
            looking.need("read-tree", commit);
            var digests = new LinkedHashMap<String, String>();
            for (var path :
                    looking.need("ls-files", "-z", "--", ":(attr:filter=lfs)").parts()) {
                var pointer = looking.need("cat-file", "blob", ":" + path).stdout();
                var text = pointer.length > LARGEST_POINTER ? "" : new String(pointer, StandardCharsets.UTF_8);
                var fields = POINTER.matcher(text);
                if (fields.matches()) {
                    digests.putIfAbsent(fields.group(1), path);
                }
            }
            return digests;
        } finally {
            FileTree.delete(temporary);
        }
    }
}
