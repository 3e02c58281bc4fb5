package dev.coil.worker.fetch;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.coil.worker.blob.BlobCache;
import dev.coil.worker.fault.InfraTrouble;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.regex.Pattern;

/**
 * Puts the content of files that Git LFS keeps outside git where a checkout left pointers. The submitter brought it as blobs, under
 * the digests that stand in the pointers; so neither git-lfs nor its server is needed here.
 */
final class LargeFiles {

    private static final Pattern POINTER = Pattern.compile(
            "version https://git-lfs\\.github\\.com/spec/v1\n(?s:.*)oid sha256:([0-9a-f]{64})\n(?s:.*)");
    private static final int LARGEST_POINTER = 1024;

    private final Git git;
    private final BlobCache blobs;

    LargeFiles(Git git, BlobCache blobs) {
        this.git = git;
        this.blobs = blobs;
    }

    /** Whether the attributes at the top of a work tree speak of Git LFS. */
    static boolean mayBeIn(Path place) throws IOException {
        var attributes = place.resolve(".gitattributes");
        return Files.isRegularFile(attributes, LinkOption.NOFOLLOW_LINKS)
                && new String(Files.readAllBytes(attributes), UTF_8).contains("filter=lfs");
    }

    /** Returns how many files got their content. */
    int fill(Path place) throws InfraTrouble, InterruptedException, IOException {
        var filled = new ArrayList<String>();
        for (var path :
                git.run(place, "ls-files", "-z", "--", ":(attr:filter=lfs)").split("\0")) {
            var file = place.resolve(path);
            if (!path.isEmpty() && Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) && fillOne(file)) {
                filled.add(path);
            }
        }
        if (!filled.isEmpty()) {
            // Git would call them changed, as it has no filter that makes pointers of them again.
            git.feed(String.join("\0", filled) + "\0", place, "update-index", "--assume-unchanged", "-z", "--stdin");
        }
        return filled.size();
    }

    private boolean fillOne(Path file) throws InfraTrouble, InterruptedException, IOException {
        if (Files.size(file) > LARGEST_POINTER) {
            return false;
        }
        var pointer = POINTER.matcher(new String(Files.readAllBytes(file), UTF_8));
        if (!pointer.matches()) {
            return false;
        }
        var modes = Files.getPosixFilePermissions(file);
        var fresh =
                Files.createTempFile(file.getParent(), ".coil-", ".lfs", PosixFilePermissions.asFileAttribute(modes));
        try (var content = blobs.open(pointer.group(1))) {
            Files.copy(content, fresh, StandardCopyOption.REPLACE_EXISTING);
            Files.setPosixFilePermissions(fresh, modes);
            Files.move(fresh, file, StandardCopyOption.REPLACE_EXISTING);
        } catch (InfraTrouble e) {
            Files.deleteIfExists(fresh);
            throw new InfraTrouble("the content of the large file " + file.getFileName() + ": " + e.getMessage(), e);
        }
        return true;
    }
}
