package dev.coil.ops.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where a project is at its forge.
 *
 * @param kind {@code github}, {@code gitlab}, {@code gitea}; empty for no forge
 */
record ForgePlace(String kind, String api, String path) {

    static final ForgePlace NONE = new ForgePlace("", "", "");

    private static final Map<String, String> WELL_KNOWN =
            Map.of("github.com", "github", "gitlab.com", "gitlab", "codeberg.org", "gitea");

    private static final Pattern URL =
            Pattern.compile("(?:(https?)://|ssh://)(?:[^/@]*@)?([^/:]+)(:\\d+)?/(.+?)(?:\\.git)?/?");
    private static final Pattern SCP = Pattern.compile("()[^/@]+@([^/:]+)():(.+?)(?:\\.git)?/?");

    /**
     * By a repository's URL.
     *
     * @param kind empty if nobody has said it
     * @return {@code null} if the URL does not tell
     */
    static @Nullable ForgePlace of(String repository, String kind) {
        var url = URL.matcher(repository);
        if (!url.matches()) {
            url = SCP.matcher(repository);
            if (!url.matches()) {
                return null;
            }
        }
        var host = url.group(2);
        var known = kind.isEmpty() ? WELL_KNOWN.getOrDefault(host, "") : kind;
        if (known.isEmpty()) {
            return null;
        }
        boolean web = url.group(1) != null && !url.group(1).isEmpty();
        var base = (web ? url.group(1) : "https") + "://" + host + (web && url.group(3) != null ? url.group(3) : "");
        return new ForgePlace(known, api(known, host, base), url.group(4));
    }

    /** As the node has it. */
    static ForgePlace of(JsonNode forge) {
        return new ForgePlace(
                forge.path("kind").asText(),
                forge.path("api").asText(),
                forge.path("path").asText());
    }

    private static String api(String kind, String host, String base) {
        return switch (kind) {
            case "github" -> host.equals("github.com") ? "https://api.github.com" : base + "/api/v3";
            case "gitlab" -> base + "/api/v4";
            case "gitea" -> base + "/api/v1";
            default -> "";
        };
    }

    /** With what options say instead; {@code none} is no forge. */
    ForgePlace with(@Nullable String otherKind, @Nullable String otherApi, @Nullable String otherPath) {
        if ("none".equals(otherKind)) {
            return NONE;
        }
        return new ForgePlace(
                otherKind == null ? kind : otherKind,
                otherApi == null ? api : otherApi,
                otherPath == null ? path : otherPath);
    }

    /** For the node. */
    Map<String, String> body() {
        return Map.of("kind", kind, "api", api, "path", path);
    }
}
