package dev.coil.scheduler.owner;

import dev.coil.protocol.log.TopicWatch;
import dev.coil.protocol.log.Topics;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;

/** Ends an ownership when a topic that it reads or fills is not the one it was. */
final class TopicGuard {

    private static final List<String> LOGS = List.of(Topics.COMMANDS, Topics.EVENTS);

    private final int partition;
    private final TopicWatch watch;
    private final Set<String> families = new HashSet<>();

    /** @throws LogReplaced if the topics cannot be those of one system */
    TopicGuard(Admin admin, int partition) {
        this.partition = partition;
        watch = new TopicWatch(admin);
        watch.watch(LOGS);
        int commands = watch.partitions(Topics.COMMANDS);
        int events = watch.partitions(Topics.EVENTS);
        if (commands != events) {
            throw new LogReplaced("topic " + Topics.COMMANDS + " has " + commands + " partitions and " + Topics.EVENTS
                    + " has " + events);
        }
    }

    /**
     * Looks now and then; costs nothing in between.
     *
     * @param published the families whose space the owner has filled
     * @throws LogReplaced if a log is another one: there is no going on
     * @throws SpaceReplaced if a space is: whoever owns the partition next fills it again
     */
    void look(Set<String> published) {
        if (families.size() != published.size()) {
            for (var family : published) {
                if (families.add(family)) {
                    watch.watch(List.of(Topics.space(family)));
                }
            }
        }
        tell(watch.changes());
    }

    /** Looks at once, for who has seen what another topic would explain. */
    void lookNow() {
        tell(watch.changesNow());
    }

    private void tell(List<TopicWatch.Change> changes) {
        for (var change : changes) {
            if (LOGS.contains(change.topic())) {
                throw new LogReplaced(change.sentence() + ", while partition " + partition + " was folded");
            }
            throw new SpaceReplaced(change.sentence());
        }
    }

    /** Nothing is lost with a space: the owner knows what is to be in it. */
    static final class SpaceReplaced extends RuntimeException {
        SpaceReplaced(String what) {
            super(what + "; it is filled again");
        }
    }
}
