package dev.baton.launcher.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.baton.contract.FleetId;
import dev.baton.contract.wire.WireCodec;
import dev.baton.launcher.LogSetup;
import dev.baton.launcher.broker.BrokerOptions;
import dev.baton.launcher.broker.EmbeddedBroker;
import dev.baton.launcher.client.FleetFollower;
import java.util.Map;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.junit.jupiter.api.Test;

class FleetFollowerTest {
    private static final FleetId FLEET = new FleetId("f1");

    @Test
    void saysThatTheLogsAreNotMadeAndFollowsThemWhenTheyAre() throws Exception {
        try (var broker = EmbeddedBroker.start(BrokerOptions.DEFAULT)) {
            Map<String, Object> client = Map.of("bootstrap.servers", broker.bootstrap());
            var trouble = assertThrows(
                    UnknownTopicOrPartitionException.class,
                    () -> new FleetFollower(client, WireCodec.bundled(), FLEET).close());
            assertEquals(
                    "topic baton.fleet does not exist: the coordinator makes the logs when it starts",
                    trouble.getMessage());
            LogSetup.ensure(client);
            try (var follower = new FleetFollower(client, WireCodec.bundled(), FLEET)) {
                assertEquals(FLEET, follower.catchUp().fleet());
            }
        }
    }
}
