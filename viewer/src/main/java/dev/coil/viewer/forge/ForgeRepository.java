package dev.coil.viewer.forge;

import dev.coil.protocol.project.ForgeKind;
import java.net.URI;
import java.util.regex.Pattern;

/**
 * A repository on a forge, and what opens it.
 *
 * @param api without a slash at the end: {@code https://api.github.com}, {@code https://gitlab.com/api/v4}, {@code https://codeberg.org/api/v1}
 * @param path {@code owner/name}; on GitLab there may be more groups before the name
 * @param token is in no text that this makes
 */
public record ForgeRepository(ForgeKind kind, URI api, String path, String token) {

    private static final Pattern SEGMENT = Pattern.compile("[A-Za-z0-9._~-]+");
    private static final Pattern TOKEN = Pattern.compile("[\\x21-\\x7e]+");

    /** @throws IllegalArgumentException if it cannot be the address of a repository, or the token that of anybody */
    public ForgeRepository {
        api = checked(api);
        var segments = path.split("/", -1);
        boolean plain = segments.length >= 2;
        for (var segment : segments) {
            plain &= SEGMENT.matcher(segment).matches() && !segment.equals(".") && !segment.equals("..");
        }
        if (!plain || kind != ForgeKind.GITLAB && segments.length != 2) {
            throw new IllegalArgumentException(
                    "'" + path + "' is not the path of a repository on " + kind.text() + ": expected owner/name");
        }
        if (!TOKEN.matcher(token).matches()) {
            throw new IllegalArgumentException(
                    "the token for " + path + " is empty, or has blanks or signs that no token has");
        }
    }

    private static URI checked(URI api) {
        var scheme = String.valueOf(api.getScheme());
        if (!scheme.equals("https") && !scheme.equals("http")
                || api.getHost() == null
                || api.getRawUserInfo() != null
                || api.getRawQuery() != null
                || api.getRawFragment() != null) {
            throw new IllegalArgumentException(
                    "not the address of a forge's interface: expected one like https://api.github.com");
        }
        return URI.create(api.toString().replaceAll("/+$", ""));
    }

    /** Where the forge is: {@code codeberg.org}, {@code 127.0.0.1:3000}. */
    public String host() {
        return api.getPort() < 0 ? api.getHost() : api.getHost() + ":" + api.getPort();
    }

    /** Without the token. */
    @Override
    public String toString() {
        return kind.text() + " " + api + " " + path;
    }
}
