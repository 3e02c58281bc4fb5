package dev.coil.ops.cli;

/** A verb cannot do what it was asked to; the message is for the user. */
final class CommandFailed extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final int exitCode;

    CommandFailed(int exitCode, String message) {
        super(message);
        this.exitCode = exitCode;
    }

    static CommandFailed usage(String message) {
        return new CommandFailed(ExitCodes.USAGE, message);
    }

    static CommandFailed error(String message) {
        return new CommandFailed(ExitCodes.ERROR, message);
    }

    int exitCode() {
        return exitCode;
    }
}
