package dev.coil.protocol.log;

import dev.coil.protocol.tuple.Requirement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** The names of the topics, and how they are made. */
public final class Topics {

    /** Everything that may change state, keyed by project; stamped by the broker. Kept as far back as some checkpoint needs it. */
    public static final String COMMANDS = "coil.commands";

    /** Everything that happened to what is kept; partition p tells of partition p of the commands. */
    public static final String EVENTS = "coil.events";

    /** Orders to workers. */
    public static final String CONTROL = "coil.control";

    /** What tasks print. */
    public static final String LOGS = "coil.logs";

    /** Which commands are left out. */
    public static final String QUARANTINE = "coil.quarantine";

    /** The state of partition p of the commands at some offsets of it, in partition p. */
    public static final String CHECKPOINTS = "coil.checkpoints";

    /** Who may do what ({@code protocol.access}); one partition, stamped by the broker, kept for ever. */
    public static final String ACCESS = "coil.access";

    /** What projects are set up with ({@code protocol.project}), by project; one partition. */
    public static final String PROJECTS = "coil.projects";

    /** What may start runs, and what became of it ({@code scheduler.trigger}); one partition. */
    public static final String TRIGGERS = "coil.triggers";

    /** What forges were told last; one partition. */
    public static final String TOLD = "coil.told";

    private static final String SPACE = "coil.space.";
    private static final String LARGEST_RECORD = "16777216";
    /** What is removed from the beginning of a topic leaves the disk a segment at a time. */
    private static final String SEGMENT = "67108864";

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private Topics() {}

    /** The space topic of a platform family: {@code coil.space.linux-s390x}. */
    public static String space(String family) {
        return SPACE + family;
    }

    /** The space topics in which a worker of this system and architecture finds its tasks. */
    public static List<String> spacesFor(String os, String arch) {
        return List.of(space(os + "-" + arch), space(Requirement.ANY_FAMILY));
    }

    /** Makes the fixed topics where they are absent. */
    public static void createFixed(Admin admin, KafkaSettings settings) {
        var commands = settings.partitions();
        create(
                admin,
                List.of(
                        topic(
                                COMMANDS,
                                commands,
                                settings,
                                Map.of(
                                        "message.timestamp.type",
                                        "LogAppendTime",
                                        "retention.ms",
                                        "-1",
                                        "segment.bytes",
                                        SEGMENT)),
                        topic(QUARANTINE, commands, settings, Map.of("retention.ms", "-1")),
                        topic(
                                ACCESS,
                                1,
                                settings,
                                Map.of("message.timestamp.type", "LogAppendTime", "retention.ms", "-1")),
                        table(PROJECTS, settings),
                        table(TRIGGERS, settings),
                        table(TOLD, settings),
                        topic(EVENTS, commands, settings, Map.of("retention.ms", "-1", "segment.bytes", SEGMENT)),
                        topic(CONTROL, commands, settings, Map.of("retention.ms", "604800000")),
                        topic(
                                LOGS,
                                commands,
                                settings,
                                Map.of("retention.ms", "604800000", "segment.bytes", SEGMENT))));
        // Where the others have been for longer, the command log may have another number of partitions than is asked
        // for.
        create(
                admin,
                List.of(topic(
                        CHECKPOINTS,
                        partitions(admin, COMMANDS),
                        settings,
                        // Most of it is removed from the beginning, some from between what stays.
                        Map.of(
                                "cleanup.policy", "compact,delete",
                                "min.cleanable.dirty.ratio", "0.2",
                                "segment.ms", "3600000",
                                "segment.bytes", SEGMENT,
                                "retention.ms", "-1"))));
    }

    /** Makes space topics where they are absent, each with the partitions of the command log. */
    public static void createSpaces(Admin admin, KafkaSettings settings, Collection<String> topics) {
        int partitions = partitions(admin, COMMANDS);
        var wanted = new ArrayList<NewTopic>();
        for (var name : topics) {
            wanted.add(topic(
                    name,
                    partitions,
                    settings,
                    Map.of(
                            "cleanup.policy", "compact",
                            "min.cleanable.dirty.ratio", "0.2",
                            "segment.ms", "3600000",
                            "delete.retention.ms", "86400000")));
        }
        create(admin, wanted);
    }

    /** How many partitions a topic has. */
    public static int partitions(Admin admin, String topic) {
        try {
            return admin.describeTopics(List.of(topic))
                    .allTopicNames()
                    .get()
                    .get(topic)
                    .partitions()
                    .size();
        } catch (ExecutionException e) {
            throw new KafkaUnusable(
                    "cannot describe topic " + topic + ": " + e.getCause().getMessage(), e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new KafkaUnusable("interrupted while describing topic " + topic, e);
        }
    }

    /**
     * The partitions of a topic as a consumer is to be assigned them. A broker may learn of a new topic a moment after it was made.
     *
     * @throws KafkaUnusable if it is not there within half a minute
     */
    public static List<TopicPartition> partitions(Consumer<?, ?> consumer, String topic) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            var known = consumer.partitionsFor(topic);
            if (known != null && !known.isEmpty()) {
                return known.stream()
                        .map(info -> new TopicPartition(topic, info.partition()))
                        .toList();
            }
            if (System.nanoTime() > end) {
                throw new KafkaUnusable(
                        "topic " + topic + " does not exist; a scheduler makes it when it starts", null);
            }
            LockSupport.parkNanos(20_000_000);
        }
    }

    /** Of which the last record of each key counts. */
    private static NewTopic table(String name, KafkaSettings settings) {
        return topic(
                name,
                1,
                settings,
                Map.of(
                        "cleanup.policy",
                        "compact",
                        "message.timestamp.type",
                        "LogAppendTime",
                        "segment.bytes",
                        SEGMENT));
    }

    private static NewTopic topic(String name, int partitions, KafkaSettings settings, Map<String, String> extra) {
        var config = new HashMap<>(extra);
        config.put("max.message.bytes", LARGEST_RECORD);
        config.put("min.insync.replicas", settings.replication() >= 3 ? "2" : "1");
        config.put("unclean.leader.election.enable", "false");
        return new NewTopic(name, partitions, settings.replication()).configs(config);
    }

    private static void create(Admin admin, List<NewTopic> topics) {
        admin.createTopics(topics).values().forEach((name, made) -> {
            try {
                made.get();
            } catch (ExecutionException e) {
                if (!(e.getCause() instanceof TopicExistsException)) {
                    throw new KafkaUnusable(
                            "cannot create topic " + name + ": " + e.getCause().getMessage(), e.getCause());
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new KafkaUnusable("interrupted while creating topic " + name, e);
            }
        });
        var names = topics.stream().map(NewTopic::name).toList();
        awaitKnown(admin, names);
        takeAnyTime(admin, names);
    }

    /**
     * By default a broker refuses records that are more than an hour ahead of its clock. After a clock that was ahead has been set right, the
     * log's is so, and some machine's may always be. Said of topics that were made without it, too.
     */
    private static void takeAnyTime(Admin admin, List<String> names) {
        var any = new ConfigEntry("message.timestamp.after.max.ms", Long.toString(Long.MAX_VALUE));
        var changes = new HashMap<ConfigResource, Collection<AlterConfigOp>>();
        for (var name : names) {
            changes.put(
                    new ConfigResource(ConfigResource.Type.TOPIC, name),
                    List.of(new AlterConfigOp(any, AlterConfigOp.OpType.SET)));
        }
        try {
            admin.incrementalAlterConfigs(changes).all().get();
        } catch (ExecutionException e) {
            throw new KafkaUnusable(
                    "cannot configure topics " + names + ": " + e.getCause().getMessage(), e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new KafkaUnusable("interrupted while configuring topics " + names, e);
        }
    }

    /** A topic is made when the controller says so; the brokers know of it a little later. */
    private static void awaitKnown(Admin admin, List<String> names) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!isKnown(admin, names)) {
            if (System.nanoTime() > end) {
                throw new KafkaUnusable(
                        "topics " + names + " were made but have no leaders; look at the brokers", null);
            }
            LockSupport.parkNanos(10_000_000);
        }
    }

    private static boolean isKnown(Admin admin, List<String> names) {
        try {
            return admin.describeTopics(names).allTopicNames().get().values().stream()
                    .allMatch(topic -> topic.partitions().stream().allMatch(p -> p.leader() != null));
        } catch (ExecutionException e) {
            if (e.getCause() instanceof UnknownTopicOrPartitionException) {
                return false;
            }
            throw new KafkaUnusable(
                    "cannot describe topics " + names + ": " + e.getCause().getMessage(), e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new KafkaUnusable("interrupted while waiting for topics " + names, e);
        }
    }
}
