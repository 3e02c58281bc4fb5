package dev.coil.scheduler.trigger;

/** Writes what is then folded by everybody. */
interface TriggerWriter {

    /**
     * Writes a record, and returns when it counts here.
     *
     * @throws RuntimeException if it may not be there
     */
    void write(TriggerRecord record);

    /** Writes a record that is not waited for. */
    void post(TriggerRecord record);

    /** Lets a record go that is of no more use. */
    void remove(String key);
}
