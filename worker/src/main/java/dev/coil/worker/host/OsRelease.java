package dev.coil.worker.host;

/**
 * What {@code os-release} tells of a Linux distribution.
 *
 * @param id {@code debian}, {@code alpine}; empty if unknown
 * @param version {@code 12}, {@code 3.20.1}; empty where there is none, as on rolling ones
 * @see <a href="https://www.freedesktop.org/software/systemd/man/latest/os-release.html">os-release(5)</a>
 */
record OsRelease(String id, String version) {

    static OsRelease parse(String file) {
        return new OsRelease(value(file, "ID"), value(file, "VERSION_ID"));
    }

    private static String value(String file, String key) {
        return file.lines()
                .filter(line -> line.startsWith(key + "="))
                .map(line -> unquoted(line.substring(key.length() + 1).strip()))
                .findFirst()
                .orElse("");
    }

    private static String unquoted(String value) {
        if (value.length() < 2) {
            return value;
        }
        char quote = value.charAt(0);
        return (quote == '"' || quote == '\'') && value.charAt(value.length() - 1) == quote
                ? value.substring(1, value.length() - 1)
                : value;
    }
}
