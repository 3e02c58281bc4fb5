package dev.coil.ops.e2e;

import java.io.IOException;

/** A process that is killed or paused, and comes back. */
final class Victim {

    /** Starts the process anew. */
    interface Starter {
        Process start() throws IOException;
    }

    private final String name;
    private final Starter starter;
    private Process process;

    Victim(String name, Starter starter) throws IOException {
        this.name = name;
        this.starter = starter;
        process = starter.start();
    }

    String name() {
        return name;
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** Kills it with SIGKILL, and waits until it is gone. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    void startAgain() throws IOException {
        process = starter.start();
    }

    /** Stops it in its tracks; its connections stay. */
    void pause() throws IOException, InterruptedException {
        signal("STOP");
    }

    void goOn() throws IOException, InterruptedException {
        signal("CONT");
    }

    private void signal(String signal) throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid()))
                .inheritIO()
                .start()
                .waitFor();
    }
}
