package dev.coil.ops.cli;

/** How users name runs. The node resolves the name. */
final class RunName {

    static final String DESCRIPTION = "The run: project#17, #17, latest, or the beginning of its id.";

    static final String OR_LATEST = "The run: project#17, #17, latest, or the beginning of its id (default: latest).";

    private RunName() {}
}
