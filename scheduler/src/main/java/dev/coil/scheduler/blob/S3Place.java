package dev.coil.scheduler.blob;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A bucket, or a part of one, where blobs are kept.
 *
 * @param prefix what all keys begin with; empty, or ends with a slash
 * @param endpoint of another server than Amazon's that speaks S3
 * @param region {@code null} for that of the environment or the profile
 */
public record S3Place(
        String bucket,
        String prefix,
        @Nullable URI endpoint,
        @Nullable String region) {

    private static final Pattern FORM = Pattern.compile("s3://([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:/+(.*?)/*)?");
    private static final Pattern PREFIX = Pattern.compile("(?:[A-Za-z0-9!_.*'()-]+/)*");

    /**
     * Reads {@code s3://BUCKET[/PREFIX]}.
     *
     * @param endpoint the URL of another server than Amazon's
     * @throws IllegalArgumentException with what was expected
     */
    public static S3Place parse(String text, @Nullable String endpoint, @Nullable String region) {
        var form = FORM.matcher(text);
        var path = form.matches() ? form.group(2) : null;
        var prefix = path == null || path.isEmpty() ? "" : path + "/";
        if (!form.matches() || !PREFIX.matcher(prefix).matches()) {
            throw new IllegalArgumentException(
                    "'" + text + "' is no place for blobs: expected s3://BUCKET or s3://BUCKET/PREFIX");
        }
        return new S3Place(form.group(1), prefix, endpoint == null ? null : endpoint(endpoint), region);
    }

    private static URI endpoint(String text) {
        try {
            var uri = new URI(text);
            if (("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()))
                    && uri.getHost() != null
                    && uri.getUserInfo() == null) {
                return uri;
            }
        } catch (URISyntaxException e) {
            // Said below.
        }
        throw new IllegalArgumentException(
                "'" + text + "' is no address of an S3 server: expected http://HOST:PORT or https://HOST");
    }

    /** As it is called in messages. */
    @Override
    public String toString() {
        return "s3://" + bucket + (prefix.isEmpty() ? "" : "/" + prefix.substring(0, prefix.length() - 1))
                + (endpoint == null ? "" : " at " + endpoint);
    }
}
