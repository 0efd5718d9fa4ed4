package dev.baton.failover.topology;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.baton.contract.Eip;
import dev.baton.contract.FleetId;
import dev.baton.contract.Lineage;
import dev.baton.contract.NodeId;
import dev.baton.contract.PolicyId;
import dev.baton.contract.Topic;
import dev.baton.contract.Topics;
import dev.baton.contract.wire.Key;
import dev.baton.contract.wire.WireCodec;
import dev.baton.failover.core.FleetState;
import dev.baton.failover.core.Views;
import dev.baton.failover.core.Views.View;
import dev.baton.failover.core.Views.WrongEnd;
import dev.baton.failover.runner.Watch;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What nobody can read is put right by its owner: agents wait for that. */
class ViewEndsTest {
    private static final FleetId FLEET = new FleetId("default");
    private static final byte[] OF_NO_SCHEMA = {0, 0x7f, 0x7f, 0x7f, 0x7f, 1};

    private Optional<History.Records> records = Optional.empty();
    private final ViewEnds ends = new ViewEnds(
            new Shell(
                    WireCodec.bundled(),
                    Folds.RELEASED,
                    new Captured(),
                    Watch.SILENT,
                    System::nanoTime,
                    () -> "test",
                    () -> Lineage.of(7),
                    Duration.ofSeconds(1),
                    10,
                    record -> {},
                    new Pulse(System::nanoTime)),
            0);

    private void garbled(Topic topic, String entity) {
        records.orElseThrow().record(topic, new Key(FLEET, entity).bytes(), OF_NO_SCHEMA);
    }

    @Test
    void whatNobodyCanReadIsTakenAwayIfItsOwnerKnowsNothingOfIt() {
        garbled(Topics.ASSIGNMENTS, "eip/10.6.1.55");
        garbled(Topics.TUNNELS, "node/n1");
        garbled(Topics.POLICIES, "policy/team/web");
        garbled(Topics.ASSIGNMENTS, "eip/nonsense");
        garbled(Topics.TUNNELS, "settings");
        List<View> shown = ends.of(FLEET).orElseThrow();
        List<View> wrong = Views.wrongEnds(shown, FleetState.start(FLEET), 5).stream()
                .map(WrongEnd::right)
                .filter(View::isRemoval)
                .toList();
        assertEquals(
                List.of(
                        new View.OfAssignment(Eip.parse("10.6.1.55"), Optional.empty(), 4),
                        new View.OfPolicy(PolicyId.parse("team/web"), Optional.empty(), 4),
                        new View.OfTunnel(new NodeId("n1"), Optional.empty(), 4)),
                wrong);
    }

    /** A history in which nothing is read but what the test says. */
    private final class Captured extends History.None {
        @Override
        public Followed follow(List<Topic> topics, int partition, Records given) {
            records = Optional.of(given);
            return new Followed() {
                @Override
                public boolean read() {
                    return true;
                }

                @Override
                public void close() {}
            };
        }
    }
}
