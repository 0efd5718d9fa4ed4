package dev.baton.launcher;

import dev.baton.contract.Topics;
import dev.baton.contract.wire.TopicSetup;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;

/** Creates the logs that are missing and checks those that exist. */
public final class LogSetup {
    private static final int REPLICAS = 3;

    private LogSetup() {}

    /**
     * @return a remark on the brokers for people: how safe acknowledged records are
     * @throws dev.baton.contract.wire.MissingLogs if logs are missing that others with records need
     * @throws dev.baton.contract.wire.UnsafeTopic if a log must not be used as it is
     */
    public static String ensure(Map<String, Object> client) throws InterruptedException {
        int brokers = withLayout(client, TopicSetup::ensure);
        return replication(brokers) == REPLICAS
                ? "replication=3 min.insync.replicas=2"
                : "brokers=" + brokers + " replication=1: a lab, not a production log;"
                        + " what it acknowledged is lost with its disk, and with it the proof of a single holder";
    }

    /**
     * Looks at them again.
     *
     * @throws dev.baton.contract.wire.MissingLogs if one is not there any more
     * @throws dev.baton.contract.wire.UnsafeTopic if one must not be used as it is now
     */
    static void check(Map<String, Object> client) throws InterruptedException {
        withLayout(client, TopicSetup::check);
    }

    private interface Step {
        void with(Admin admin, TopicSetup.Layout layout) throws InterruptedException;
    }

    /** @return how many brokers there are */
    private static int withLayout(Map<String, Object> client, Step step) throws InterruptedException {
        try (Admin admin = Admin.create(client)) {
            int brokers = admin.describeCluster().nodes().get().size();
            step.with(admin, new TopicSetup.Layout(Topics.PARTITIONS, replication(brokers)));
            return brokers;
        } catch (ExecutionException e) {
            throw new IllegalStateException("Kafka at " + client.get("bootstrap.servers") + ": " + Failures.text(e), e);
        }
    }

    private static short replication(int brokers) {
        return (short) (brokers >= REPLICAS ? REPLICAS : 1);
    }
}
