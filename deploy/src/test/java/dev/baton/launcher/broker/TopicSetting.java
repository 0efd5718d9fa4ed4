package dev.baton.launcher.broker;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.common.config.ConfigResource;

/** One setting of one topic on a running broker. */
public record TopicSetting(String topic, String name) {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    public String value(Admin admin) throws ExecutionException, InterruptedException {
        var configs = admin.describeConfigs(List.of(resource())).all().get();
        return configs.values().iterator().next().get(name).value();
    }

    /** Returns when the broker answers with the new value: the controller acknowledges a change before that. */
    public void change(Admin admin, String value) throws ExecutionException, InterruptedException {
        var change = new AlterConfigOp(new ConfigEntry(name, value), AlterConfigOp.OpType.SET);
        admin.incrementalAlterConfigs(Map.of(resource(), List.of(change))).all().get();
        long deadline = System.nanoTime() + LIMIT.toNanos();
        while (!value(admin).equals(value)) {
            if (System.nanoTime() - deadline > 0) {
                throw new AssertionError(this + " is still " + value(admin) + ", not " + value);
            }
        }
    }

    private ConfigResource resource() {
        return new ConfigResource(ConfigResource.Type.TOPIC, topic);
    }
}
