package dev.coil.protocol.source;

import java.util.List;

/**
 * The git repositories that a node keeps for one project, apart by what cannot be mixed. Objects of different hash functions cannot
 * be in one repository. A history that is cut off can, but a repository never gets what lies beyond the cut from those who push
 * later, as it has the commit already; so commits of shallow clones are kept apart from those with their whole history.
 */
public enum SourceKind {
    /** Whole histories. */
    WHOLE(""),
    /** Histories that are cut off somewhere. */
    SHALLOW("shallow/"),
    /** Whole histories with SHA-256. */
    SHA256("sha256/"),
    /** Histories with SHA-256 that are cut off somewhere. */
    SHALLOW_SHA256("shallow-sha256/");

    private static final int SHA256_DIGITS = 64;

    private final String prefix;

    SourceKind(String prefix) {
        this.prefix = prefix;
    }

    /** Where a commit belongs. */
    public static SourceKind of(String commit, boolean shallow) {
        if (commit.length() == SHA256_DIGITS) {
            return shallow ? SHALLOW_SHA256 : SHA256;
        }
        return shallow ? SHALLOW : WHOLE;
    }

    /** Where a commit may be, in the order in which to look. */
    public static List<SourceKind> having(String commit) {
        return List.of(of(commit, false), of(commit, true));
    }

    public boolean isShallow() {
        return this == SHALLOW || this == SHALLOW_SHA256;
    }

    public boolean isSha256() {
        return this == SHA256 || this == SHALLOW_SHA256;
    }

    /** A project's repository of this kind among others: {@code shallow/mylang.git}. */
    public String repository(String project) {
        return prefix + project + ".git";
    }

    /** What its name begins with; empty or ending with a slash. */
    public String prefix() {
        return prefix;
    }

    /** Its path on a node. */
    public String path(String project) {
        return "/git/" + repository(project);
    }
}
