package dev.baton.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.baton.contract.FleetId;
import dev.baton.contract.Topics;
import dev.baton.contract.wire.TopicSetup;
import dev.baton.contract.wire.WireCodec;
import dev.baton.failover.Coordinator;
import dev.baton.failover.CoordinatorConfig;
import dev.baton.launcher.BrokerSafety.LogSafety;
import dev.baton.launcher.broker.BrokerOptions;
import dev.baton.launcher.broker.EmbeddedBroker;
import dev.baton.launcher.broker.TopicSetting;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.Test;

class BrokerSafetyTest {
    private static void warned(BrokerSafety brokers, String... words) {
        List<String> warnings = brokers.warnings();
        assertEquals(words.length, warnings.size(), warnings::toString);
        for (int i = 0; i < words.length; i++) {
            String word = words[i];
            String warning = warnings.get(i);
            assertTrue(warning.contains(word), () -> word + " is missing in: " + warning);
            assertEquals(1, warning.lines().count());
        }
    }

    @Test
    void saysNothingOfBrokersThatAreSafe() {
        warned(new BrokerSafety(Duration.ofMillis(500), List.of(new LogSafety("baton.fleet", 3, 2, false))));
    }

    @Test
    void warnsOfEachSettingWithItsCost() {
        warned(
                new BrokerSafety(
                        Duration.ofSeconds(6),
                        List.of(
                                new LogSafety("baton.fleet", 3, 1, false),
                                new LogSafety("baton.tunnels", 1, 1, false),
                                new LogSafety("baton.alerts", 3, 2, true))),
                "costs 6s instead of 1500ms",
                "(baton.tunnels)",
                "(baton.fleet)",
                "(baton.alerts)");
    }

    @Test
    void aCoordinatorJoinsAnywayWithTheShortestSessionThatItGets() throws Exception {
        var options = BrokerOptions.DEFAULT.withSetting("group.min.session.timeout.ms", "6000");
        try (var broker = EmbeddedBroker.start(options)) {
            Map<String, Object> client = Connection.client(broker.bootstrap());
            try (Admin admin = Admin.create(client)) {
                TopicSetup.ensure(admin, new TopicSetup.Layout(1, (short) 1));
                new TopicSetting(Topics.ALERTS.name(), "unclean.leader.election.enable").change(admin, "true");
            }
            BrokerSafety brokers = BrokerSafety.of(client);
            warned(brokers, "group.min.session.timeout.ms=6000", "replication below 3", "(baton.alerts)");
            var config = new CoordinatorConfig(broker.bootstrap(), new FleetId("f"), Optional.empty(), Map.of())
                    .withSessionTimeout(brokers.sessionTimeout());
            try (var coordinator = Coordinator.start(config, WireCodec.bundled())) {
                long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
                while (!coordinator.isRunning()) {
                    assertTrue(System.nanoTime() < deadline, "the coordinator does not run");
                    Thread.onSpinWait();
                }
            }
        }
    }
}
