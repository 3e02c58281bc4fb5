package dev.coil.worker.runner;

/** An attempt that was started. */
public interface Execution {

    /** The claim under which it was started has been accepted: what it prints may be seen. */
    void granted();

    /** Kills it. What it printed is seen only if its claim was accepted. It ends later, and tells so; further calls do nothing. */
    void stop(String reason);
}
