package dev.coil.ops.cli;

import dev.coil.scheduler.blob.S3Place;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that say where a node keeps artifacts, trees and long scripts. */
final class BlobOptions {

    @Option(
            names = "--blobs",
            paramLabel = "S3URL",
            description = {
                "Keep artifacts, trees and long scripts in a bucket that all nodes share, and sources too:",
                "s3://BUCKET or s3://BUCKET/PREFIX. Credentials are those of the environment",
                "(AWS_ACCESS_KEY_ID, ...) or of the profile (AWS_PROFILE)."
            })
    private @Nullable String blobs;

    @Option(
            names = "--s3-endpoint",
            paramLabel = "URL",
            description = "The server that has the bucket, if it is not Amazon's.")
    private @Nullable String endpoint;

    @Option(
            names = "--s3-region",
            paramLabel = "NAME",
            description = "The bucket's region (default: of the environment or the profile).")
    private @Nullable String region;

    /**
     * Returns {@code null} for the node's own directory.
     *
     * @throws IllegalArgumentException with the option that cannot be
     */
    @Nullable
    S3Place bucket() {
        if (blobs != null) {
            return S3Place.parse(blobs, endpoint, region);
        }
        if (endpoint != null || region != null) {
            throw new IllegalArgumentException(
                    (endpoint == null ? "--s3-region" : "--s3-endpoint") + " says where a bucket is: it wants --blobs");
        }
        return null;
    }
}
