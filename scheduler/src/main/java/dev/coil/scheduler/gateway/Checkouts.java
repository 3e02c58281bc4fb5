package dev.coil.scheduler.gateway;

import dev.coil.protocol.graph.Source;
import dev.coil.protocol.graph.TaskSpec;
import dev.coil.scheduler.http.Refused;
import java.util.List;

/** Checks that the commit of each further repository is settled, so that all tasks and attempts see the same. */
final class Checkouts {

    private Checkouts() {}

    /**
     * @param advice what to do if it is not
     * @throws Refused with 400 then
     */
    static void check(List<TaskSpec> tasks, Source source, String advice) {
        for (var task : tasks) {
            for (var checkout : task.action().repositories()) {
                if (!checkout.isOwn() && source.commitOf(checkout) == null) {
                    throw Refused.badRequest("task " + task.name() + " checks out " + checkout.repository()
                            + (checkout.ref().isEmpty() ? "" : " at " + checkout.ref())
                            + ", and 'source.inputs' has no commit for it: " + advice);
                }
            }
        }
    }
}
