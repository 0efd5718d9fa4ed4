package dev.baton.launcher;

import dev.baton.contract.Topic;
import dev.baton.contract.Topics;
import dev.baton.failover.CoordinatorConfig;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.config.ConfigResource;

/**
 * What the brokers' settings mean for Baton's promises. That there is a single holder depends on Kafka keeping what
 * it acknowledged; that a takeover takes seconds depends on the sessions that the brokers allow.
 *
 * @param leastSession the shortest session that all brokers allow
 * @param logs those of our logs that exist
 */
record BrokerSafety(Duration leastSession, List<LogSafety> logs) {
    private static final String LEAST_SESSION = "group.min.session.timeout.ms";
    private static final String LEAST_IN_SYNC = "min.insync.replicas";
    private static final String UNCLEAN = "unclean.leader.election.enable";
    private static final int SAFE_REPLICAS = 3;

    /** How one log is replicated. */
    record LogSafety(String name, int replicas, int leastInSync, boolean unclean) {}

    BrokerSafety {
        logs = List.copyOf(logs);
    }

    /** @throws IllegalStateException if the brokers do not answer, or do not return their settings */
    static BrokerSafety of(Map<String, Object> client) throws InterruptedException {
        try (Admin admin = Admin.create(client)) {
            Collection<Node> nodes = admin.describeCluster().nodes().get();
            var brokers = nodes.stream()
                    .map(node -> new ConfigResource(ConfigResource.Type.BROKER, node.idString()))
                    .toList();
            long least = admin.describeConfigs(brokers).all().get().values().stream()
                    .mapToLong(config -> Long.parseLong(value(config, LEAST_SESSION, "0")))
                    .max()
                    .orElse(0);
            return new BrokerSafety(Duration.ofMillis(least), logs(admin));
        } catch (ExecutionException e) {
            throw new IllegalStateException("Kafka at " + client.get("bootstrap.servers") + ": " + Failures.text(e), e);
        }
    }

    private static List<LogSafety> logs(Admin admin) throws InterruptedException, ExecutionException {
        var present = admin.listTopics().names().get();
        var names =
                Topics.ALL.stream().map(Topic::name).filter(present::contains).toList();
        var resources = names.stream()
                .map(name -> new ConfigResource(ConfigResource.Type.TOPIC, name))
                .toList();
        var configs = new TreeMap<String, Config>();
        admin.describeConfigs(resources)
                .all()
                .get()
                .forEach((resource, config) -> configs.put(resource.name(), config));
        var logs = new ArrayList<LogSafety>();
        for (TopicDescription topic :
                admin.describeTopics(names).allTopicNames().get().values()) {
            int replicas = topic.partitions().stream()
                    .mapToInt(partition -> partition.replicas().size())
                    .min()
                    .orElse(0);
            Config config = configs.getOrDefault(topic.name(), new Config(List.of()));
            logs.add(new LogSafety(
                    topic.name(),
                    replicas,
                    Integer.parseInt(value(config, LEAST_IN_SYNC, "1")),
                    Boolean.parseBoolean(value(config, UNCLEAN, "false"))));
        }
        return logs;
    }

    private static String value(Config config, String name, String otherwise) {
        var entry = config.get(name);
        return entry == null || entry.value() == null ? otherwise : entry.value();
    }

    /** The session timeout for a coordinator: ours, or the shortest that the brokers allow. */
    Duration sessionTimeout() {
        Duration wanted = CoordinatorConfig.SESSION_TIMEOUT;
        return leastSession.compareTo(wanted) > 0 ? leastSession : wanted;
    }

    /** One line for each setting that is unsafe or slow. */
    List<String> warnings() {
        var warnings = new ArrayList<String>();
        if (sessionTimeout().compareTo(CoordinatorConfig.SESSION_TIMEOUT) > 0) {
            warnings.add(LEAST_SESSION + "=" + leastSession.toMillis() + " on a broker: a killed coordinator costs "
                    + Durations.text(leastSession) + " instead of " + Durations.text(CoordinatorConfig.SESSION_TIMEOUT)
                    + "; set it to at most " + CoordinatorConfig.SESSION_TIMEOUT.toMillis());
        }
        warn(
                warnings,
                log -> log.replicas() < SAFE_REPLICAS,
                "replication below " + SAFE_REPLICAS
                        + ": what was acknowledged may be lost with a disk, and with it the proof of a single holder");
        warn(
                warnings,
                log -> log.replicas() >= SAFE_REPLICAS && log.leastInSync() < 2,
                LEAST_IN_SYNC + " below 2: an acknowledged record may be on one broker only; set it to 2");
        warn(
                warnings,
                LogSafety::unclean,
                UNCLEAN
                        + "=true: a broker that lags may become leader and drop what was acknowledged; set it to"
                        + " false");
        return warnings;
    }

    private void warn(List<String> warnings, Predicate<LogSafety> isUnsafe, String why) {
        String names =
                logs.stream().filter(isUnsafe).map(LogSafety::name).sorted().collect(Collectors.joining(", "));
        if (!names.isEmpty()) {
            warnings.add(why + " (" + names + ")");
        }
    }
}
