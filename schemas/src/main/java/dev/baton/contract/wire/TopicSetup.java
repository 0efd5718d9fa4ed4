package dev.baton.contract.wire;

import dev.baton.contract.Topic;
import dev.baton.contract.Topic.Cleanup;
import dev.baton.contract.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/**
 * Creates the topics that are missing and checks those that exist. It checks the properties that the laws depend on:
 * order, log time, and that nothing acknowledged is lost. Sizes and periods of cleaning are left to the operator.
 */
public final class TopicSetup {
    /** Longer than a broker needs to start; if it does not answer by then, that is an error. */
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    /** Owners look each second at what their views end with. */
    private static final Duration COMPACTION_LAG = Duration.ofMinutes(1);
    /** So long another process may need that makes the topics now. */
    private static final Duration OTHERS_NEED = Duration.ofSeconds(5);
    /** From this replication on, a write must reach two replicas before it counts. */
    private static final int REPLICATED = 3;

    private static final Duration ASK_AGAIN = Duration.ofMillis(50);

    /** How the logs lie on the brokers. */
    public record Layout(int partitions, short replication) {
        public Layout {
            if (partitions < 1 || replication < 1) {
                throw new IllegalArgumentException(
                        "partitions=" + partitions + " and replication=" + replication + " must be positive");
            }
        }

        boolean isReplicated() {
            return replication >= REPLICATED;
        }
    }

    private final Admin admin;
    private final Layout layout;

    private TopicSetup(Admin admin, Layout layout) {
        this.admin = admin;
        this.layout = layout;
    }

    /**
     * @return names of the topics that were created
     * @throws MissingLogs if logs are missing that others with records need
     * @throws UnsafeTopic for the first existing topic that must not be used
     * @throws IllegalStateException if the brokers do not answer, or refuse
     */
    public static List<String> ensure(Admin admin, Layout layout) throws InterruptedException {
        return new TopicSetup(admin, layout).ensureAll();
    }

    /**
     * Looks at the topics again, as they were made.
     *
     * @throws MissingLogs if any is not there any more
     * @throws UnsafeTopic for the first one that must not be used as it is now
     * @throws IllegalStateException if the brokers do not answer, or refuse
     */
    public static void check(Admin admin, Layout layout) throws InterruptedException {
        Set<String> present = await(admin.listTopics().names());
        List<String> missing = Topics.ALL.stream()
                .map(Topic::name)
                .filter(name -> !present.contains(name))
                .toList();
        if (!missing.isEmpty()) {
            throw new MissingLogs(missing);
        }
        var all = Topics.ALL.stream().map(Topic::name).collect(Collectors.toCollection(TreeSet::new));
        Topics.ALL.forEach(new TopicSetup(admin, layout).checkOnceKnown(all)::check);
    }

    private List<String> ensureAll() throws InterruptedException {
        var present = presentOnceWhole();
        var created = new ArrayList<String>();
        var existing = new TreeSet<String>();
        for (Topic topic : Topics.ALL) {
            if (!present.contains(topic.name()) && create(topic)) {
                created.add(topic.name());
            } else {
                existing.add(topic.name());
            }
        }
        if (!existing.isEmpty()) {
            Topics.ALL.stream()
                    .filter(topic -> existing.contains(topic.name()))
                    .forEach(checkOnceKnown(existing)::check);
        }
        return List.copyOf(created);
    }

    /** A first start that was interrupted leaves logs without records: they belong to whatever is made now. */
    private Set<String> presentOnceWhole() throws InterruptedException {
        long deadline = System.nanoTime() + OTHERS_NEED.toNanos();
        while (true) {
            Set<String> present = await(admin.listTopics().names());
            List<String> missing = Topics.THAT_BELONG_TOGETHER.stream()
                    .filter(topic -> !Topics.MADE_LATER.contains(topic))
                    .map(Topic::name)
                    .filter(name -> !present.contains(name))
                    .toList();
            List<String> used = missing.isEmpty() ? List.of() : used(present);
            if (used.isEmpty()) {
                return present;
            }
            if (System.nanoTime() - deadline > 0) {
                throw new MissingLogs(missing, used);
            }
            Thread.sleep(ASK_AGAIN);
        }
    }

    private List<String> used(Set<String> present) throws InterruptedException {
        List<String> names = Topics.THAT_BELONG_TOGETHER.stream()
                .map(Topic::name)
                .filter(present::contains)
                .toList();
        var ends = new HashMap<TopicPartition, OffsetSpec>();
        await(admin.describeTopics(names).allTopicNames())
                .forEach((name, described) -> described
                        .partitions()
                        .forEach(partition ->
                                ends.put(new TopicPartition(name, partition.partition()), OffsetSpec.latest())));
        return await(admin.listOffsets(ends).all()).entrySet().stream()
                .filter(end -> end.getValue().offset() > 0)
                .map(end -> end.getKey().topic())
                .distinct()
                .sorted()
                .toList();
    }

    /** Whether we made it; another process that starts now may have been faster. */
    private boolean create(Topic topic) throws InterruptedException {
        var wanted = new NewTopic(topic.name(), layout.partitions(), layout.replication()).configs(settings(topic));
        try {
            await(admin.createTopics(List.of(wanted)).all());
            return true;
        } catch (IllegalStateException e) {
            if (e.getCause() instanceof TopicExistsException) {
                return false;
            }
            throw e;
        }
    }

    private Map<String, String> settings(Topic topic) {
        var settings = new TreeMap<String, String>();
        settings.put("cleanup.policy", topic.cleanup().text());
        settings.put("message.timestamp.type", "LogAppendTime");
        settings.put("retention.ms", Long.toString(retentionMs(topic)));
        settings.put("retention.bytes", "-1");
        settings.put("unclean.leader.election.enable", "false");
        if (Topics.OF_STATES.contains(topic)) {
            settings.put("max.message.bytes", Integer.toString(Topics.LARGEST_RECORD));
        }
        settings.put("min.insync.replicas", layout.isReplicated() ? "2" : "1");
        if (topic.cleanup() == Cleanup.COMPACT) {
            // A starting agent reads the whole topic: what was replaced should be gone soon. Only closed segments are
            // cleaned, so they close early.
            settings.put("min.cleanable.dirty.ratio", "0.1");
            // An old word that came late must not replace what is right before its owner has said that again.
            settings.put("min.compaction.lag.ms", Long.toString(COMPACTION_LAG.toMillis()));
            settings.put("segment.ms", Long.toString(Duration.ofMinutes(10).toMillis()));
            settings.put("segment.bytes", Integer.toString(16 << 20));
        } else if (topic.retention().isPresent()) {
            // Retention removes whole segments: 24 of them cover the time that is kept.
            settings.put("segment.ms", Long.toString(retentionMs(topic) / 24));
        }
        return settings;
    }

    private static long retentionMs(Topic topic) {
        return topic.retention().map(Duration::toMillis).orElse(-1L);
    }

    /** A topic that another process made a moment ago is not known to every broker yet. */
    private Check checkOnceKnown(TreeSet<String> existing) throws InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            try {
                return checkOf(existing);
            } catch (IllegalStateException e) {
                boolean unknown = e.getCause() instanceof UnknownTopicOrPartitionException;
                if (!unknown || System.nanoTime() - deadline > 0) {
                    throw e;
                }
                Thread.sleep(ASK_AGAIN);
            }
        }
    }

    private Check checkOf(TreeSet<String> existing) throws InterruptedException {
        var resources = existing.stream()
                .map(name -> new ConfigResource(ConfigResource.Type.TOPIC, name))
                .toList();
        return new Check(
                layout,
                await(admin.describeTopics(existing).allTopicNames()),
                await(admin.describeConfigs(resources).all()));
    }

    private record Check(
            Layout layout, Map<String, TopicDescription> descriptions, Map<ConfigResource, Config> configs) {
        void check(Topic topic) {
            int partitions = described(topic).partitions().size();
            if (partitions < layout.partitions()) {
                throw new UnsafeTopic(
                        topic.name(), "partitions", Integer.toString(partitions), "at least " + layout.partitions());
            }
            requireEqual(topic, "cleanup.policy", topic.cleanup().text());
            requireEqual(topic, "message.timestamp.type", "LogAppendTime");
            requireEqual(topic, "unclean.leader.election.enable", "false");
            if (topic.cleanup() == Cleanup.DELETE && topic.retention().isEmpty()) {
                requireEqual(topic, "retention.ms", "-1");
                requireEqual(topic, "retention.bytes", "-1");
            }
            if (Topics.OF_STATES.contains(topic)) {
                requireAtLeast(topic, "max.message.bytes", Topics.LARGEST_RECORD);
            }
            if (layout.isReplicated() && Integer.parseInt(value(topic, "min.insync.replicas")) < 2) {
                throw new UnsafeTopic(topic.name(), "min.insync.replicas", "1", "at least 2");
            }
        }

        private void requireEqual(Topic topic, String setting, String required) {
            String value = value(topic, setting);
            if (!value.equals(required)) {
                throw new UnsafeTopic(topic.name(), setting, value, required);
            }
        }

        private void requireAtLeast(Topic topic, String setting, int least) {
            String value = value(topic, setting);
            if (!value.matches("\\d{1,18}") || Long.parseLong(value) < least) {
                throw new UnsafeTopic(topic.name(), setting, value, "at least " + least);
            }
        }

        private String value(Topic topic, String setting) {
            var config = configs.get(new ConfigResource(ConfigResource.Type.TOPIC, topic.name()));
            var entry = config == null ? null : config.get(setting);
            return entry == null || entry.value() == null ? "unknown" : entry.value();
        }

        private TopicDescription described(Topic topic) {
            var description = descriptions.get(topic.name());
            if (description == null) {
                throw new IllegalStateException("the brokers list " + topic.name() + " but do not describe it");
            }
            return description;
        }
    }

    private static <T> T await(KafkaFuture<T> future) throws InterruptedException {
        try {
            return future.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw new IllegalStateException("setting up the topics failed: " + e.getCause(), e.getCause());
        } catch (TimeoutException e) {
            throw new IllegalStateException(
                    "setting up the topics: no answer from the brokers within " + PATIENCE.toSeconds() + "s", e);
        }
    }
}
