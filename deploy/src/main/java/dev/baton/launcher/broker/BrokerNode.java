package dev.baton.launcher.broker;

import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;

/**
 * One node of the embedded cluster, broker and controller in one: its settings and its server.
 *
 * @param voters all controllers of the cluster, in Kafka's notation
 */
record BrokerNode(
        int id, String clusterId, Path folder, int port, int controllerPort, String voters, BrokerOptions options) {
    private static final String CONTROLLER = "CONTROLLER";

    KafkaRaftServer started() {
        try {
            new Formatter()
                    .setClusterId(clusterId)
                    .setNodeId(id)
                    .addDirectory(folder.toString())
                    .setMetadataLogDirectory(folder.toString())
                    .setControllerListenerName(CONTROLLER)
                    .setIgnoreFormatted(true)
                    .setPrintStream(new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8))
                    .run();
        } catch (Exception e) {
            throw new IllegalStateException("the broker's data directory " + folder + " cannot be used", e);
        }
        var server = new KafkaRaftServer(new KafkaConfig(settings(), false), Time.SYSTEM);
        server.startup();
        return server;
    }

    private Map<String, String> settings() {
        var settings = new TreeMap<String, String>();
        settings.put("process.roles", "broker,controller");
        settings.put("node.id", Integer.toString(id));
        settings.put(
                "listeners",
                "PLAINTEXT://" + options.listenHost() + ":" + port + ",CONTROLLER://" + BrokerOptions.LOOPBACK + ":"
                        + controllerPort);
        settings.put(
                "advertised.listeners",
                "PLAINTEXT://" + options.advertisedHost() + ":" + port + ",CONTROLLER://" + BrokerOptions.LOOPBACK + ":"
                        + controllerPort);
        settings.put("listener.security.protocol.map", "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT");
        settings.put("controller.listener.names", CONTROLLER);
        settings.put("controller.quorum.voters", voters);
        settings.put("log.dirs", folder.toString());
        settings.put("auto.create.topics.enable", "false");
        addDurability(settings);
        addFastFailureDetection(settings);
        addSmallFootprint(settings);
        settings.putAll(options.settings());
        return settings;
    }

    private void addDurability(Map<String, String> settings) {
        int leastInSync = options.nodes() > 1 ? 2 : 1;
        settings.put("default.replication.factor", Integer.toString(options.nodes()));
        settings.put("min.insync.replicas", Integer.toString(leastInSync));
        settings.put("unclean.leader.election.enable", "false");
        settings.put("offsets.topic.num.partitions", "1");
        settings.put("offsets.topic.replication.factor", Integer.toString(options.nodes()));
        settings.put("transaction.state.log.num.partitions", "1");
        settings.put("transaction.state.log.replication.factor", Integer.toString(options.nodes()));
        settings.put("transaction.state.log.min.isr", Integer.toString(leastInSync));
        settings.put("share.coordinator.state.topic.num.partitions", "1");
        settings.put("share.coordinator.state.topic.replication.factor", Integer.toString(options.nodes()));
        settings.put("share.coordinator.state.topic.min.isr", Integer.toString(leastInSync));
    }

    /**
     * With the defaults a dead broker is noticed after 9 s and a dead group member after 45 s; it must be seconds
     * here.
     */
    private static void addFastFailureDetection(Map<String, String> settings) {
        settings.put("broker.session.timeout.ms", "2000");
        settings.put("broker.heartbeat.interval.ms", "400");
        settings.put("controller.quorum.election.timeout.ms", "500");
        settings.put("controller.quorum.election.backoff.max.ms", "100");
        settings.put("controller.quorum.fetch.timeout.ms", "1000");
        settings.put("controller.quorum.request.timeout.ms", "1000");
        settings.put("group.min.session.timeout.ms", "500");
        settings.put("group.initial.rebalance.delay.ms", "0");
        settings.put("transaction.abort.timed.out.transaction.cleanup.interval.ms", "200");
        // A controlled shutdown waits up to five minutes for a controller that may be gone already.
        settings.put("controlled.shutdown.enable", "false");
    }

    private static void addSmallFootprint(Map<String, String> settings) {
        settings.put("log.cleaner.dedupe.buffer.size", Integer.toString(2 << 20)); // 128 MiB of heap by default
        settings.put("num.network.threads", "2");
        settings.put("num.io.threads", "4");
        settings.put("num.replica.fetchers", "1");
        settings.put("background.threads", "2");
    }
}
