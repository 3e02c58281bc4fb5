package dev.coil.protocol.project;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/**
 * What an operator has said of a project.
 *
 * @param repository what git fetches: a URL, or a path on the node
 * @param forge who is told of outcomes; {@code null} for nobody
 * @param graph the graph file's path in the repository
 * @param pollSeconds how often the repository is asked what is new; 0 for never
 * @param forks what pull requests from other repositories start
 * @param webhookSecret with which deliveries are signed, sealed; {@code null} if none are taken
 * @param token for the repository and the forge, sealed; {@code null} for none
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ProjectSettings(
        String repository,
        @Nullable Forge forge,
        String graph,
        long pollSeconds,
        ForkPolicy forks,
        @Nullable String webhookSecret,
        @Nullable String token) {

    /** Where the graph is unless somebody says otherwise. */
    public static final String GRAPH = ".coil.yml";

    /**
     * The project at its forge.
     *
     * @param api such as {@code https://api.github.com}
     * @param path such as {@code owner/name}
     */
    public record Forge(ForgeKind kind, URI api, String path) {}

    /** Where the secret of the webhook is sealed for. */
    public static String secretPlace(String project) {
        return "project/" + project + "/webhook";
    }

    /** Where the token is sealed for. */
    public static String tokenPlace(String project) {
        return "project/" + project + "/token";
    }
}
