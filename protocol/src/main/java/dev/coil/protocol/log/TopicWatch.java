package dev.coil.protocol.log;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.jspecify.annotations.Nullable;

/**
 * Notices that a topic is not the one it was: deleted, made anew under its name, or given further partitions. Clients go on from their
 * offsets in such a topic as if nothing had happened. For one thread, which never waits for it.
 */
public final class TopicWatch {

    private static final long PERIOD_NANOS = TimeUnit.SECONDS.toNanos(2);

    private final Admin admin;
    private final Map<String, Known> known = new TreeMap<>();
    private Map<String, KafkaFuture<TopicDescription>> asked = Map.of();
    private long nextLook;

    /** @param admin is not closed by it */
    public TopicWatch(Admin admin) {
        this.admin = admin;
    }

    private record Known(String id, int partitions) {}

    /**
     * What became of a topic.
     *
     * @param sentence as in {@code coil.events was deleted and made anew}
     */
    public record Change(String topic, String sentence) {}

    /**
     * Watches these topics from now on as they are now.
     *
     * @throws KafkaUnusable if one is not there
     */
    public void watch(Collection<String> topics) {
        try {
            admin.describeTopics(topics)
                    .allTopicNames()
                    .get()
                    .forEach((name, topic) -> known.put(
                            name,
                            new Known(
                                    topic.topicId().toString(),
                                    topic.partitions().size())));
        } catch (ExecutionException e) {
            throw new KafkaUnusable(
                    "cannot describe topics " + topics + ": " + e.getCause().getMessage(), e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new KafkaUnusable("interrupted while describing topics " + topics, e);
        }
    }

    /** How many partitions a watched topic had at first. */
    public int partitions(String topic) {
        return known.get(topic).partitions();
    }

    /** What was found since the last call; looks every few seconds, however often it is called. A broker that is silent says nothing. */
    public List<Change> changes() {
        var changes = new ArrayList<Change>();
        if (!asked.isEmpty() && asked.values().stream().allMatch(KafkaFuture::isDone)) {
            var answers = asked;
            asked = Map.of();
            changes.addAll(compare(answers));
        }
        long now = System.nanoTime();
        if (asked.isEmpty() && now - nextLook > 0 && !known.isEmpty()) {
            nextLook = now + PERIOD_NANOS;
            asked = new HashMap<>(admin.describeTopics(known.keySet()).topicNameValues());
        }
        return changes;
    }

    /** What is found now. Waits for the answer. */
    public List<Change> changesNow() {
        return compare(admin.describeTopics(known.keySet()).topicNameValues());
    }

    private List<Change> compare(Map<String, KafkaFuture<TopicDescription>> answers) {
        var changes = new ArrayList<Change>();
        answers.forEach((topic, answer) -> {
            var sentence = compare(topic, answer);
            if (sentence != null) {
                changes.add(new Change(topic, sentence));
            }
        });
        return changes;
    }

    private @Nullable String compare(String name, KafkaFuture<TopicDescription> answer) {
        try {
            var now = answer.get();
            var before = known.get(name);
            if (!now.topicId().toString().equals(before.id())) {
                return "topic " + name + " was deleted and made anew";
            }
            return now.partitions().size() == before.partitions()
                    ? null
                    : "topic " + name + " has " + now.partitions().size() + " partitions now, and had "
                            + before.partitions();
        } catch (ExecutionException e) {
            return e.getCause() instanceof UnknownTopicOrPartitionException ? "topic " + name + " is gone" : null;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return null;
        }
    }
}
