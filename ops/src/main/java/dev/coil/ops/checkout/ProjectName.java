package dev.coil.ops.checkout;

/** Makes a project's name of a repository's place: {@code [A-Za-z0-9][A-Za-z0-9._-]*}, at most 100 characters. */
final class ProjectName {

    private static final int LONGEST = 100;

    private ProjectName() {}

    /** Of the last part of a URL, an scp-like address or a path, without {@code .git}; {@code project} if nothing is left of it. */
    static String ofUrl(String url) {
        var name = url.strip().replaceAll("[/\\\\]+$", "").replaceAll("/?\\.git$", "");
        name = name.substring(Math.max(name.lastIndexOf('/'), name.lastIndexOf(':')) + 1)
                .replaceAll("[^A-Za-z0-9._-]+", "-")
                .replaceAll("^[^A-Za-z0-9]+", "")
                .replaceAll("[^A-Za-z0-9]+$", "");
        if (name.length() > LONGEST) {
            name = name.substring(0, LONGEST);
        }
        return name.isEmpty() ? "project" : name;
    }
}
