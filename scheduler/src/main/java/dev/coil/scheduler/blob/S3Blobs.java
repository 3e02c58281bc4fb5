package dev.coil.scheduler.blob;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;

/**
 * Blobs in a bucket that several gateways share, without a lock between them. Each upload is a copy of its own, with up to three
 * objects:
 *
 * <pre>
 * blobs/DIGEST/UPLOAD/content
 * blobs/DIGEST/UPLOAD/claimed     written when somebody is about to be told that it is there
 * blobs/DIGEST/UPLOAD/condemned   written when it is about to be removed; nobody is told of it any more, for good
 * </pre>
 *
 * Who claims writes {@code claimed} and then looks for {@code condemned}; who removes writes {@code condemned} and then looks how old
 * {@code claimed} is. So one of them sees the other, whatever comes between the steps and wherever one dies. As a copy's name is never
 * used again, whoever removes it late removes nothing else.
 */
public final class S3Blobs implements BlobStore, AutoCloseable {

    private static final String CLOCK = "clock/";

    private final Bucket bucket;
    private final Incoming incoming;
    private final Supplier<String> names;

    S3Blobs(Bucket bucket, Incoming incoming, Supplier<String> names) {
        this.bucket = bucket;
        this.incoming = incoming;
        this.names = names;
    }

    /**
     * Opens the blobs of a bucket, once it has shown that it can be written.
     *
     * @param directory where uploads lie until they are whole
     * @throws IOException with a sentence for whoever can do something about it
     */
    public static S3Blobs open(S3Place place, Path directory) throws IOException {
        return open(place, directory, DefaultCredentialsProvider.builder().build());
    }

    static S3Blobs open(S3Place place, Path directory, AwsCredentialsProvider credentials) throws IOException {
        var bucket = S3Bucket.open(place, credentials);
        var blobs = new S3Blobs(
                bucket, new Incoming(directory), () -> UUID.randomUUID().toString());
        try {
            // Writes, lists and deletes.
            blobs.now();
        } catch (IOException e) {
            blobs.close();
            throw e;
        }
        return blobs;
    }

    /** Where they are, with room for what else gateways keep for each other. */
    public Bucket bucket() {
        return bucket;
    }

    @Override
    public Optional<Blob> open(String digest) throws IOException {
        Copy found = null;
        for (var copy : copies(digest)) {
            if (copy.content() != null && (found == null || found.isCondemned())) {
                found = copy;
            }
        }
        return found == null || found.content() == null ? Optional.empty() : Optional.of(new Stored(found.content()));
    }

    @Override
    public boolean claim(String digest) throws IOException {
        for (var copy : copies(digest)) {
            if (copy.isClaimable() && claim(copy)) {
                return true;
            }
        }
        return false;
    }

    private boolean claim(Copy copy) throws IOException {
        bucket.mark(copy.key("claimed"));
        var now = look(copy);
        if (now.content() == null) {
            // Nothing is left that it could keep. Of one that is merely condemned, somebody else may have been told
            // before.
            bucket.delete(copy.key("claimed"));
        }
        return now.isClaimable();
    }

    @Override
    public BlobUpload upload() throws IOException {
        return incoming.begin(this::keep);
    }

    boolean keep(Path file, String digest) throws IOException {
        if (claim(digest)) {
            return false;
        }
        var copy = Copy.fresh(digest, names.get());
        bucket.put(copy.key("content"), file);
        // What came in parts is as old as its first one, and may have been taken for something that nobody wants.
        if (Files.size(file) > S3Bucket.LARGEST_PUT && !claim(copy)) {
            throw new IOException("blob " + digest + " was removed while it was being stored; send it again");
        }
        return true;
    }

    /** A bucket tells the time only of objects. */
    @Override
    public Instant now() throws IOException {
        var key = CLOCK + names.get();
        bucket.mark(key);
        var listed = bucket.list(key).stream().findFirst();
        bucket.delete(key);
        return listed.orElseThrow(
                        () -> new IOException("the bucket does not list an object that has just been put there"))
                .written();
    }

    /** {@inheritDoc} What is left at first is the word that a copy is condemned: a slow listing must not miss it. */
    @Override
    public boolean remove(String digest, Instant unclaimedSince) throws IOException {
        boolean gone = true;
        for (var copy : copies(digest)) {
            gone &= remove(copy, unclaimedSince);
        }
        return gone;
    }

    private boolean remove(Copy copy, Instant unclaimedSince) throws IOException {
        if (!copy.isOlderThan(unclaimedSince)) {
            return false;
        }
        if (copy.content() == null) {
            return removeRemains(copy, unclaimedSince);
        }
        if (!copy.isCondemned()) {
            bucket.mark(copy.key("condemned"));
        }
        if (look(copy).isOlderThan(unclaimedSince)) {
            bucket.delete(copy.key("content"));
            bucket.delete(copy.key("claimed"));
        }
        return false;
    }

    private boolean removeRemains(Copy copy, Instant unclaimedSince) throws IOException {
        if (copy.condemned() != null && !copy.condemned().written().isBefore(unclaimedSince)) {
            return false;
        }
        bucket.delete(copy.key("claimed"));
        bucket.delete(copy.key("condemned"));
        return true;
    }

    private List<Copy> copies(String digest) throws IOException {
        return Copy.of(digest, bucket.list(Copy.prefix(BlobStore.requireDigest(digest))));
    }

    private Copy look(Copy copy) throws IOException {
        return Copy.of(copy.digest(), bucket.list(copy.key(""))).stream()
                .findFirst()
                .orElse(Copy.fresh(copy.digest(), copy.name()));
    }

    @Override
    public void close() {
        bucket.close();
    }

    /** A blob whose content is in the bucket. */
    private final class Stored implements Blob {

        private final Bucket.Entry content;

        Stored(Bucket.Entry content) {
            this.content = content;
        }

        @Override
        public long size() {
            return content.size();
        }

        @Override
        public InputStream read(long first, long length) throws IOException {
            return length == 0 ? InputStream.nullInputStream() : bucket.read(content.key(), first, length);
        }
    }
}
