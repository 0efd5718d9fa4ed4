package dev.baton.failover.runner;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.baton.contract.FleetId;
import dev.baton.contract.FleetSnapshot;
import dev.baton.contract.GatewayId;
import dev.baton.contract.Lineage;
import dev.baton.contract.NodeDeclared;
import dev.baton.contract.NodeId;
import dev.baton.contract.PolicyBinding;
import dev.baton.contract.PolicyId;
import dev.baton.contract.Rules;
import dev.baton.contract.Sequenced;
import dev.baton.failover.core.FleetState;
import dev.baton.failover.core.Ticker;
import dev.baton.failover.core.Views;
import dev.baton.failover.core.Views.View;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** An owner looks once a second at what its views end with. */
class ViewChecksTest {
    private static final FleetId FLEET = new FleetId("default");
    private static final long SECOND = 1_000_000_000;
    private static final View STRAY = Views.of(new PolicyBinding(
            new PolicyId("default", "gone"), new GatewayId("egw"), Optional.empty(), List.of(), 0, 0));

    private final List<View> published = new ArrayList<>();
    private boolean unread;

    private final FoldRunner<FleetState, FleetSnapshot, Sequenced> runner = new FoldRunner<>(
            new CoordinationFold(Watch.SILENT, () -> Lineage.of(7), Rules.NEWEST),
            new Shown(),
            "fleet",
            "test",
            Ticker::new,
            1_000);

    ViewChecksTest() {
        var node = new NodeDeclared(new NodeId("node1"), new TreeMap<>(), true, false);
        var writes = runner.take(FLEET, 0, Instant.EPOCH, new Sequenced(FLEET, Optional.empty(), node), 0);
        assertFalse(writes.isEmpty());
        published.addAll(Views.all(runner.state(FLEET).orElseThrow(), 0));
    }

    private List<String> saidAt(long nanos) {
        return runner.tick(nanos).stream()
                .filter(Write.Show.class::isInstance)
                .map(write -> ((Write.Show) write).view().entity())
                .toList();
    }

    @Test
    void saysAgainOnlyWhatIsAsWrongAsASecondBefore() {
        published.add(STRAY);
        assertEquals(List.of(), saidAt(0), "it may be older than a word that is on its way");
        assertEquals(List.of(), saidAt(SECOND - 1));
        assertEquals(List.of(STRAY.entity()), saidAt(SECOND));
        published.remove(STRAY);
        assertEquals(List.of(), saidAt(2 * SECOND));
    }

    @Test
    void findsNothingMissingInWhatItHasNotReadToItsEnd() {
        published.clear();
        unread = true;
        assertEquals(List.of(), saidAt(0));
        assertEquals(List.of(), saidAt(SECOND));
    }

    private final class Shown extends NoPast<FleetSnapshot, Sequenced> {
        @Override
        public Optional<List<View>> published(FleetId fleet) {
            return unread ? Optional.empty() : Optional.of(List.copyOf(published));
        }
    }
}
