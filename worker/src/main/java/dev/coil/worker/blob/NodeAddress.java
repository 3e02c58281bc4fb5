package dev.coil.worker.blob;

import java.net.URI;
import java.net.http.HttpRequest;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How a node is reached.
 *
 * @param url its base URL, without a slash at the end
 * @param key what it is shown; {@code null} where none is needed
 */
public record NodeAddress(URI url, @Nullable String key) {

    /** @param path with its slash at the beginning */
    public HttpRequest.Builder request(String path) {
        var request = HttpRequest.newBuilder(URI.create(url + path));
        return key == null ? request : request.header("authorization", "Bearer " + key);
    }

    /**
     * What git needs to reach the node, as environment variables, since everybody sees a program's arguments.
     *
     * @param authority a file of certificates to trust; empty for what git trusts anyway
     */
    public Map<String, String> gitSettings(String authority) {
        var variables = new HashMap<String, String>();
        if (key != null) {
            variables.put("GIT_CONFIG_COUNT", "1");
            variables.put("GIT_CONFIG_KEY_0", "http." + url + "/.extraHeader");
            variables.put("GIT_CONFIG_VALUE_0", "Authorization: Bearer " + key);
        }
        if (!authority.isEmpty()) {
            variables.put("GIT_SSL_CAINFO", authority);
        }
        return variables;
    }

    /** Without the key. */
    @Override
    public String toString() {
        return url.toString();
    }
}
