package dev.baton.failover.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.baton.contract.Cidr;
import dev.baton.contract.Eip;
import dev.baton.contract.FleetSnapshot.FleetPolicy;
import dev.baton.contract.FleetSnapshot.TunnelAddress;
import dev.baton.contract.Mark;
import dev.baton.contract.NodeRemoved;
import dev.baton.contract.PolicyDeclared.AllocatorPolicy;
import dev.baton.contract.PolicyId;
import dev.baton.contract.PolicyRemoved;
import dev.baton.contract.Settings;
import dev.baton.contract.SettingsDeclared;
import java.util.HashSet;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TunnelAddressesTest {
    /** Room for two. */
    private static final Settings NARROW =
            Settings.DEFAULT.withTunnelSubnets(Cidr.parse("172.31.0.0/30"), Settings.DEFAULT.tunnelIpv6Subnet());

    private final FleetStory story = new FleetStory();

    private Optional<TunnelAddress> tunnel(int node) {
        return story.state.nodes().get(FleetStory.node(node)).orElseThrow().tunnel();
    }

    @Test
    void aNodeWithoutAFreeMarkHasNoTunnelUntilOneIsFreed() {
        story.tell(new SettingsDeclared(NARROW));
        story.node(1, true).node(2, true).node(3, true);
        assertEquals("172.31.0.1", tunnel(1).orElseThrow().ipv4().toString());
        assertEquals("172.31.0.2", tunnel(2).orElseThrow().ipv4().toString());
        assertEquals(Optional.empty(), tunnel(3));

        Mark freed = tunnel(1).orElseThrow().mark();
        story.tell(new NodeRemoved(FleetStory.node(1)));
        story.node(3, false);
        assertEquals(Optional.of(freed), tunnel(3).map(TunnelAddress::mark));
    }

    @Test
    void aMarkRestsBeforeItIsUsedAgainAndIsNeverAnothers() {
        var seen = new HashSet<Mark>();
        for (int n = 1; n <= 20; n++) {
            story.node(n, true);
            assertTrue(seen.add(tunnel(n).orElseThrow().mark()), "node" + n);
            if (n % 2 == 0) {
                story.tell(new NodeRemoved(FleetStory.node(n)));
            }
        }
    }

    /** More marks would not fit into the mark of a connection: two EIPs could not be told apart there. */
    @Test
    void aPolicyThatFindsNoMarkIsUnboundUntilAnEipIsFreed() {
        story.gateway("10.6.0.1-10.6.15.254");
        int marks = Mark.LAST_EIP.value() - Mark.FIRST_EIP.value() + 1;
        for (int n = 1; n <= marks + 1; n++) {
            story.policy("p" + n, AllocatorPolicy.RR);
        }
        var last = new PolicyId("default", "p" + (marks + 1));
        assertEquals(Optional.empty(), eip(last));

        story.tell(new PolicyRemoved(new PolicyId("default", "p7")));
        assertTrue(eip(last).isPresent());
        Mark given = story.state
                .eips()
                .get(eip(last).orElseThrow())
                .orElseThrow()
                .assignment()
                .mark();
        assertEquals(Mark.FIRST_EIP.value() + 6, given.value());
    }

    private Optional<Eip> eip(PolicyId policy) {
        return story.state.policies().get(policy).flatMap(FleetPolicy::eip);
    }
}
