package dev.baton.launcher.broker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.baton.contract.Topic;
import dev.baton.contract.Topics;
import dev.baton.contract.wire.TopicSetup;
import dev.baton.contract.wire.TopicSetup.Layout;
import dev.baton.contract.wire.UnsafeTopic;
import java.util.List;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.Test;

class TopicSetupTest {
    private static final Layout LAYOUT = new Layout(Topics.PARTITIONS, (short) 1);

    @Test
    void makesWhatIsMissingThenAcceptsItAndRefusesWhatCannotKeepItsPromises() throws Exception {
        try (Admin admin = SharedBroker.admin()) {
            assertEquals(Topics.ALL.stream().map(Topic::name).toList(), TopicSetup.ensure(admin, LAYOUT));
            assertEquals(List.of(), TopicSetup.ensure(admin, LAYOUT));
            TopicSetup.check(admin, LAYOUT);

            assertRefused(
                    admin,
                    LAYOUT,
                    "cleanup.policy",
                    "compact",
                    "topic baton.fleet has cleanup.policy=compact; required is delete");
            assertRefused(
                    admin,
                    LAYOUT,
                    "message.timestamp.type",
                    "CreateTime",
                    "topic baton.fleet has message.timestamp.type=CreateTime; required is LogAppendTime");
            assertRefused(
                    admin, LAYOUT, "retention.ms", "60000", "topic baton.fleet has retention.ms=60000; required is -1");
            assertRefused(
                    admin,
                    LAYOUT,
                    "retention.bytes",
                    "1000000",
                    "topic baton.fleet has retention.bytes=1000000; required is -1");
            assertRefused(
                    admin,
                    LAYOUT,
                    Topics.SNAPSHOTS,
                    "max.message.bytes",
                    "1048588",
                    "topic baton.snapshots has max.message.bytes=1048588; required is at least 33554432");
            var more = new Layout(Topics.PARTITIONS + 1, (short) 1);
            var refusal = assertThrows(UnsafeTopic.class, () -> TopicSetup.ensure(admin, more));
            assertEquals("topic baton.heartbeats has partitions=1; required is at least 2", refusal.getMessage());
        }
    }

    private static void assertRefused(Admin admin, Layout layout, String setting, String value, String message)
            throws ExecutionException, InterruptedException {
        assertRefused(admin, layout, Topics.FLEET, setting, value, message);
    }

    private static void assertRefused(
            Admin admin, Layout layout, Topic topic, String setting, String value, String message)
            throws ExecutionException, InterruptedException {
        var changed = new TopicSetting(topic.name(), setting);
        String before = changed.value(admin);
        changed.change(admin, value);
        try {
            var refusal = assertThrows(UnsafeTopic.class, () -> TopicSetup.ensure(admin, layout));
            assertEquals(message, refusal.getMessage());
            var later = assertThrows(UnsafeTopic.class, () -> TopicSetup.check(admin, layout));
            assertEquals(message, later.getMessage());
        } finally {
            changed.change(admin, before);
        }
    }
}
