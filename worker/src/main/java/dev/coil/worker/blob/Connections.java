package dev.coil.worker.blob;

import java.net.http.HttpClient;
import java.time.Duration;

/** How this process speaks HTTP: by one client, whose threads and connections all share. */
public final class Connections {

    private static final HttpClient CLIENT = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();

    private Connections() {}

    public static HttpClient client() {
        return CLIENT;
    }
}
