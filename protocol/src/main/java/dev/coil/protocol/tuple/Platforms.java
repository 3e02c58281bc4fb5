package dev.coil.protocol.tuple;

import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The closed vocabulary of operating systems and architectures, and the other spellings understood on input. */
public final class Platforms {

    public static final List<String> SYSTEMS =
            List.of("linux", "freebsd", "openbsd", "netbsd", "macos", "illumos", "windows");

    public static final List<String> ARCHITECTURES =
            List.of("x86_64", "i686", "aarch64", "armv7l", "s390x", "riscv64", "ppc64le", "ppc64", "loongarch64");

    private static final Map<String, String> SYSTEM_ALIASES = Map.of(
            "darwin",
            "macos",
            "osx",
            "macos",
            "mac os x",
            "macos",
            "sunos",
            "illumos",
            "solaris",
            "illumos",
            "win32",
            "windows");

    private static final Map<String, String> ARCHITECTURE_ALIASES = Map.ofEntries(
            Map.entry("amd64", "x86_64"),
            Map.entry("x64", "x86_64"),
            Map.entry("x86-64", "x86_64"),
            Map.entry("i386", "i686"),
            Map.entry("i486", "i686"),
            Map.entry("i586", "i686"),
            Map.entry("x86", "i686"),
            Map.entry("arm64", "aarch64"),
            Map.entry("armhf", "armv7l"),
            Map.entry("arm", "armv7l"),
            Map.entry("armv7", "armv7l"),
            Map.entry("ppc64el", "ppc64le"),
            Map.entry("powerpc64le", "ppc64le"),
            Map.entry("powerpc64", "ppc64"),
            Map.entry("loong64", "loongarch64"));

    private Platforms() {}

    /** The normal spelling of an operating system's name; an unknown name comes back in lower case. */
    public static String system(String name) {
        var lower = name.strip().toLowerCase(Locale.ROOT);
        if (lower.startsWith("windows")) {
            return "windows";
        }
        return SYSTEM_ALIASES.getOrDefault(lower, lower);
    }

    /** The normal spelling of an architecture's name; an unknown name comes back in lower case. */
    public static String architecture(String name) {
        var lower = name.strip().toLowerCase(Locale.ROOT);
        return ARCHITECTURE_ALIASES.getOrDefault(lower, lower);
    }
}
