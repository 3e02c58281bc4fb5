package dev.coil.worker.host;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.coil.protocol.tuple.Attributes;
import dev.coil.protocol.tuple.Platforms;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/** Detects what this machine is. */
public final class Host {

    private static final long GIB = 1L << 30;

    private Host() {}

    /**
     * The tuple that a worker on this machine offers.
     *
     * @param directory whose file system counts as the disk
     * @param labels what the owner says of the machine
     * @param overrides facts that stand instead of the detected ones; an empty value takes a fact away
     */
    public static Attributes attributes(Path directory, Set<String> labels, Map<String, String> overrides) {
        var facts = detect(directory);
        overrides.forEach((key, value) -> {
            switch (key) {
                case "os" -> facts.put(key, Platforms.system(value));
                case "arch" -> facts.put(key, Platforms.architecture(value));
                default -> facts.put(key, value);
            }
        });
        facts.values().removeIf(String::isEmpty);
        return new Attributes(facts, new TreeSet<>(labels));
    }

    private static SortedMap<String, String> detect(Path directory) {
        var facts = new TreeMap<String, String>();
        var os = Platforms.system(System.getProperty("os.name"));
        facts.put("os", os);
        facts.put("arch", Platforms.architecture(System.getProperty("os.arch")));
        facts.put("os-version", oneWord(System.getProperty("os.version")));
        facts.put("cpus", Integer.toString(Runtime.getRuntime().availableProcessors()));
        facts.put("memory", Long.toString(memory()));
        facts.put("disk", Long.toString(disk(directory)));
        if (os.equals("linux")) {
            facts.put("libc", libc(read("/proc/self/maps")));
            var release = read("/etc/os-release");
            var distribution = OsRelease.parse(release.isEmpty() ? read("/usr/lib/os-release") : release);
            facts.put("distro", oneWord(distribution.id()));
            facts.put("distro-version", oneWord(distribution.version()));
        }
        return facts;
    }

    /** The C library that this JVM itself has mapped; empty if it is none of the known ones. */
    static String libc(String maps) {
        if (maps.contains("/ld-musl-") || maps.contains("/libc.musl-")) {
            return "musl";
        }
        return maps.contains("/libc.so.6") || maps.contains("/libc-2.") ? "glibc" : "";
    }

    /** What the JVM may see of the machine's memory: in a container, the container's. */
    private static long memory() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof com.sun.management.OperatingSystemMXBean system
                ? system.getTotalMemorySize()
                : 0;
    }

    /** What is free at the start, in whole GiB, so that workers of a fleet that differ by a few files are of one class. */
    private static long disk(Path directory) {
        try {
            return Files.getFileStore(directory).getUsableSpace() / GIB * GIB;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot see how much disk " + directory + " has: " + e.getMessage(), e);
        }
    }

    private static String read(String file) {
        try {
            return Files.readString(Path.of(file), UTF_8);
        } catch (IOException absent) {
            return "";
        }
    }

    /** Facts stand in canonical texts, whose terms are parted by blanks. */
    private static String oneWord(String value) {
        return value.strip().replaceAll("\\s+", "-");
    }
}
