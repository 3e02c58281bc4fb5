package dev.coil.scheduler.blob;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;

/** A bucket on a server that speaks S3. What passes by itself is tried again by the client, with pauses that grow. */
final class S3Bucket implements Bucket {

    private static final Logger log = LoggerFactory.getLogger(S3Bucket.class);

    /** A file up to this length is one request. */
    static final long LARGEST_PUT = 16L << 20;

    /** S3 takes 10,000 parts of an object at most, and the least one is of 5 MiB. */
    private static final long MOST_PARTS = 10_000;

    private static final Duration CONNECT = Duration.ofSeconds(5);
    private static final Duration SILENCE = Duration.ofSeconds(30);

    private final S3Place place;
    private final S3Client client;

    private S3Bucket(S3Place place, S3Client client) {
        this.place = place;
        this.client = client;
    }

    /** @throws IOException if what is configured cannot be: no region, for one */
    static S3Bucket open(S3Place place, AwsCredentialsProvider credentials) throws IOException {
        var builder = S3Client.builder()
                .credentialsProvider(credentials)
                .httpClientBuilder(UrlConnectionHttpClient.builder()
                        .connectionTimeout(CONNECT)
                        .socketTimeout(SILENCE))
                // Servers that are not Amazon's know the older form of uploads alone.
                .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
                .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED);
        if (place.endpoint() != null) {
            builder.endpointOverride(place.endpoint()).forcePathStyle(true);
        }
        if (place.region() != null) {
            builder.region(Region.of(place.region()));
        } else if (place.endpoint() != null) {
            builder.region(Region.US_EAST_1);
        }
        try {
            return new S3Bucket(place, builder.build());
        } catch (SdkException | IllegalArgumentException e) {
            throw S3Failures.explain(place, e);
        }
    }

    @Override
    public List<Entry> list(String prefix) throws IOException {
        try {
            var entries = new ArrayList<Entry>();
            for (var object : client.listObjectsV2Paginator(
                            list -> list.bucket(place.bucket()).prefix(place.prefix() + prefix))
                    .contents()) {
                entries.add(new Entry(
                        object.key().substring(place.prefix().length()), object.size(), object.lastModified()));
            }
            return entries;
        } catch (SdkException e) {
            throw S3Failures.explain(place, e);
        }
    }

    @Override
    public void put(String key, Path file) throws IOException {
        try {
            if (Files.size(file) <= LARGEST_PUT) {
                client.putObject(
                        put -> put.bucket(place.bucket()).key(place.prefix() + key), RequestBody.fromFile(file));
            } else {
                putInParts(place.prefix() + key, file);
            }
        } catch (SdkException | UncheckedIOException e) {
            throw S3Failures.explain(place, e);
        }
    }

    @Override
    public void mark(String key) throws IOException {
        try {
            client.putObject(put -> put.bucket(place.bucket()).key(place.prefix() + key), RequestBody.empty());
        } catch (SdkException e) {
            throw S3Failures.explain(place, e);
        }
    }

    @Override
    public void delete(String key) throws IOException {
        try {
            client.deleteObject(delete -> delete.bucket(place.bucket()).key(place.prefix() + key));
        } catch (SdkException e) {
            throw S3Failures.explain(place, e);
        }
    }

    @Override
    public InputStream read(String key, long first, long length) throws IOException {
        try {
            return new Body(
                    client.getObject(get -> get.bucket(place.bucket())
                            .key(place.prefix() + key)
                            .range("bytes=" + first + "-" + (first + length - 1))),
                    length);
        } catch (SdkException e) {
            throw S3Failures.explain(place, e);
        }
    }

    private void putInParts(String key, Path file) throws IOException {
        var upload = client.createMultipartUpload(
                        create -> create.bucket(place.bucket()).key(key))
                .uploadId();
        boolean done = false;
        try {
            var parts = parts(key, upload, file);
            client.completeMultipartUpload(complete ->
                    complete.bucket(place.bucket()).key(key).uploadId(upload).multipartUpload(all -> all.parts(parts)));
            done = true;
        } finally {
            if (!done) {
                abandon(key, upload);
            }
        }
    }

    private List<CompletedPart> parts(String key, String upload, Path file) throws IOException {
        long size = Files.size(file);
        long length = Math.max(LARGEST_PUT, (size + MOST_PARTS - 1) / MOST_PARTS);
        var parts = new ArrayList<CompletedPart>();
        for (long first = 0; first < size; first += length) {
            var content = new BlobFile(file, size);
            long from = first;
            long bytes = Math.min(length, size - first);
            int number = parts.size() + 1;
            var sent = client.uploadPart(
                    part -> part.bucket(place.bucket())
                            .key(key)
                            .uploadId(upload)
                            .partNumber(number),
                    RequestBody.fromContentProvider(
                            () -> open(content, from, bytes), bytes, "application/octet-stream"));
            parts.add(
                    CompletedPart.builder().partNumber(number).eTag(sent.eTag()).build());
        }
        return parts;
    }

    private static InputStream open(BlobFile content, long first, long length) {
        try {
            return content.read(first, length);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What cannot be abandoned now stays until the bucket's own rule for unfinished uploads takes it away. */
    private void abandon(String key, String upload) {
        try {
            client.abortMultipartUpload(
                    abort -> abort.bucket(place.bucket()).key(key).uploadId(upload));
        } catch (SdkException e) {
            log.warn("an unfinished upload stays in {}: {}", place, e.getMessage());
        }
    }

    @Override
    public void close() {
        client.close();
    }

    /** Content that comes. Closed before its end, it is cut off rather than read to it. */
    private static final class Body extends FilterInputStream {

        private final ResponseInputStream<GetObjectResponse> response;
        private long left;

        Body(ResponseInputStream<GetObjectResponse> response, long length) {
            super(response);
            this.response = response;
            this.left = length;
        }

        @Override
        public int read() throws IOException {
            int one = super.read();
            left -= one < 0 ? 0 : 1;
            return checked(one);
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            int n = super.read(bytes, offset, length);
            left -= Math.max(n, 0);
            return checked(n);
        }

        /** A connection that ends too early must not look like the end of the blob. */
        private int checked(int n) throws IOException {
            if (n < 0 && left > 0) {
                throw new IOException("S3 broke off " + left + " bytes before the end");
            }
            return n;
        }

        @Override
        public void close() throws IOException {
            if (left > 0) {
                response.abort();
            } else {
                super.close();
            }
        }
    }
}
