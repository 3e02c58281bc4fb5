package dev.coil.ops.cli;

import com.fasterxml.jackson.core.type.TypeReference;
import dev.coil.ops.client.Json;
import dev.coil.worker.host.SecretFile;
import dev.coil.worker.program.Reason;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The keys that logins left, by the URL of the node: {@code $XDG_CONFIG_HOME/coil/keys.json}, for its owner's eyes only. */
final class Keys {

    private final Path file;

    Keys(World world) {
        var config = world.variable("XDG_CONFIG_HOME");
        var base = config.isEmpty()
                ? Path.of(world.environment().getOrDefault("HOME", System.getProperty("user.home")))
                        .resolve(".config")
                : world.directory().resolve(config);
        file = base.resolve("coil/keys.json");
    }

    Path file() {
        return file;
    }

    /** {@code null} if there is none. */
    @Nullable
    String of(URI node) {
        return read().get(name(node));
    }

    private static String name(URI node) {
        return node.toString().replaceAll("/+$", "");
    }

    private Map<String, String> read() {
        try {
            return Json.MAPPER.readValue(Files.readAllBytes(file), new TypeReference<TreeMap<String, String>>() {});
        } catch (NoSuchFileException e) {
            return Map.of();
        } catch (IOException e) {
            throw CommandFailed.error(
                    "cannot read the keys in " + file + ": " + Reason.of(e) + ": mend or remove it, and log in anew");
        }
    }

    void keep(URI node, String key) {
        var keys = new TreeMap<>(read());
        keys.put(name(node), key);
        try {
            Files.createDirectories(file.getParent());
            SecretFile.write(file, Json.MAPPER.writerWithDefaultPrettyPrinter().writeValueAsBytes(keys));
        } catch (IOException e) {
            throw CommandFailed.error("cannot keep the key in " + file + ": " + Reason.of(e));
        }
    }
}
