package dev.baton.failover.core;

import static dev.baton.failover.core.FleetStory.ip;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.baton.contract.AckOutcome;
import dev.baton.contract.Cidr;
import dev.baton.contract.ClusterNetworksDeclared;
import dev.baton.contract.DatapathFault;
import dev.baton.contract.Decision;
import dev.baton.contract.Decision.AlertCode;
import dev.baton.contract.Decision.DeclarationRefused;
import dev.baton.contract.Eip;
import dev.baton.contract.FleetSnapshot.FleetGateway;
import dev.baton.contract.GatewayDeclared;
import dev.baton.contract.Incarnation;
import dev.baton.contract.IpAddress;
import dev.baton.contract.IpFamily;
import dev.baton.contract.LabelSelector;
import dev.baton.contract.ParentInterface;
import dev.baton.contract.PhaseReason;
import dev.baton.contract.PolicyDeclared.AllocatorPolicy;
import dev.baton.contract.PolicyDeclared.EgressIp;
import dev.baton.contract.Pool;
import dev.baton.contract.RefusalReason;
import dev.baton.contract.Rules;
import dev.baton.contract.TunnelPhase;
import dev.baton.contract.TunnelPhaseChanged;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UnusableAddressesTest {
    private static GatewayDeclared gateway(IpFamily family, String... pool) {
        Pool addresses = Pool.parse("ippools", family, List.of(pool));
        return new GatewayDeclared(
                FleetStory.GATEWAY,
                true,
                family == IpFamily.V4 ? addresses : Pool.EMPTY,
                family == IpFamily.V6 ? addresses : Pool.EMPTY,
                Optional.empty(),
                Optional.empty(),
                new LabelSelector(new TreeMap<>(Map.of("egress", "true")), List.of()));
    }

    private static DeclarationRefused refused(List<Decision> decisions) {
        return assertInstanceOf(DeclarationRefused.class, decisions.getFirst());
    }

    /** As an older coordinator accepted it. */
    private static FleetStory storyWith(GatewayDeclared old) {
        var story = new FleetStory().node(1, true);
        Pool pool = old.ipv4Pool();
        var spec = new GatewayDeclared(
                old.gateway(),
                true,
                pool,
                Pool.EMPTY,
                pool.ranges().stream().map(range -> range.first()).findFirst(),
                Optional.empty(),
                old.nodeSelector());
        story.state = new Edit(story.state)
                .gateways(story.state
                        .gateways()
                        .with(spec.gateway(), new FleetGateway(spec, Optional.empty(), Optional.empty(), false)))
                .done();
        return story;
    }

    @ParameterizedTest
    @CsvSource({
        "127.0.0.9, 127.0.0.9, 127.0.0.0/8 is loopback",
        "0.0.0.0, 0.0.0.0, 0.0.0.0/8 is unspecified",
        "0.0.0.0/0, 0.0.0.1-0.255.255.255, 0.0.0.0/8 is unspecified",
        "169.254.7.7, 169.254.7.7, 169.254.0.0/16 is link-local",
        "224.0.0.5, 224.0.0.5, 224.0.0.0/4 is multicast",
        "255.255.255.255, 255.255.255.255, 255.255.255.255/32 is broadcast",
        "250.1.1.0/30, 250.1.1.1-250.1.1.2, 240.0.0.0/4 is reserved",
        "10.0.0.1-223.0.0.1, 127.0.0.0-127.255.255.255, 127.0.0.0/8 is loopback",
        "::, ::, ::/128 is unspecified",
        "::1, ::1, ::1/128 is loopback",
        "::2-::1:0:0:0, ::ffff:0:0-::ffff:ffff:ffff, ::ffff:0:0/96 is IPv4-mapped",
        "ff02::1, ff02::1, ff00::/8 is multicast",
        "fe80::7, fe80::7, fe80::/10 is link-local"
    })
    void refusesAPoolWithAnAddressThatCanBeNoEipAndSaysWhichAndWhy(String pool, String which, String why) {
        var answer = refused(new FleetStory().tell(gateway(pool.contains(":") ? IpFamily.V6 : IpFamily.V4, pool)));
        assertEquals(RefusalReason.ADDRESS_RESERVED, answer.reason());
        assertEquals("spec.ippools: " + which + " cannot be an EIP: " + why, answer.detail());
    }

    @Test
    void takesAPoolBesideSuchNetworks() {
        var story = new FleetStory().gateway("126.255.255.254-126.255.255.255", "128.0.0.0", "223.255.255.255");
        assertEquals(
                "[126.255.255.254-126.255.255.255, 128.0.0.0, 223.255.255.255]",
                story.state.gateways().values().getFirst().spec().ipv4Pool().toString());
    }

    @Test
    void handsOutNoneOfThemFromAPoolThatAnOlderCoordinatorTook() {
        var story = storyWith(gateway(IpFamily.V4, "126.255.255.255-128.0.0.0"));
        story.policy("first", AllocatorPolicy.RR).policy("second", AllocatorPolicy.RR);
        assertTrue(
                story.state.eips().contains(Eip.parse("128.0.0.0")),
                story.state.eips().values()::toString);
        assertTrue(story.state.eips().contains(Eip.parse("126.255.255.255")));
        assertEquals(2, story.state.eips().values().size());
    }

    @Test
    void refusesAPolicyThatAsksForOneOrWouldGetOne() {
        var story = storyWith(gateway(IpFamily.V4, "127.0.0.9-127.0.0.10"));
        for (EgressIp asked : List.of(
                new EgressIp(ip("127.0.0.10"), Optional.<IpAddress>empty(), false, AllocatorPolicy.DEFAULT),
                EgressIp.DEFAULT)) {
            var answer = refused(story.tell(FleetStory.policyOf("p", asked)));
            assertEquals(RefusalReason.ADDRESS_RESERVED, answer.reason());
            assertTrue(answer.detail().endsWith("127.0.0.0/8 is loopback"), answer.detail());
        }
    }

    private static ClusterNetworksDeclared networks(String services, String pods, String nodes) {
        return new ClusterNetworksDeclared(
                List.of(Cidr.parse(services)), List.of(Cidr.parse(pods)), List.of(Cidr.parse(nodes)));
    }

    private static final ClusterNetworksDeclared KNOWN = networks("10.96.0.0/12", "10.244.0.0/16", "10.6.1.1/32");

    @ParameterizedTest
    @CsvSource({
        "10.96.0.0/28, ADDRESS_OF_CLUSTER, 10.96.0.1-10.96.0.14 cannot be an EIP: it is in the services' network"
                + " 10.96.0.0/12",
        "10.1.1.1-10.250.0.1, ADDRESS_OF_CLUSTER, 10.96.0.0-10.111.255.255 cannot be an EIP: it is in the services'"
                + " network 10.96.0.0/12",
        "10.244.7.7, ADDRESS_OF_CLUSTER, 10.244.7.7 cannot be an EIP: it is in the pods' network 10.244.0.0/16",
        "10.6.1.0-10.6.1.9, ADDRESS_OF_NODE, 10.6.1.1 cannot be an EIP: nodes of the cluster have it"
    })
    void refusesAPoolThatOverlapsWhatTheClusterItselfUses(String pool, RefusalReason reason, String why) {
        var story = new FleetStory();
        story.tell(KNOWN);

        var answer = refused(story.tell(gateway(IpFamily.V4, pool)));

        assertEquals(reason, answer.reason());
        assertEquals("spec.ippools: " + why, answer.detail());
    }

    @Test
    void refusesTheAddressThatANodeIsReachedByAndNamesTheNode() {
        var story = new FleetStory().node(1, true);
        story.tell(new TunnelPhaseChanged(
                FleetStory.node(1),
                new Incarnation(1),
                TunnelPhase.READY,
                PhaseReason.DATAPATH_READY,
                DatapathFault.NONE,
                0,
                Optional.of(new ParentInterface("eth0", ip("10.6.0.1"), Optional.empty())),
                Optional.empty(),
                Rules.NEWEST,
                0,
                Duration.ZERO));

        var answer = refused(story.tell(gateway(IpFamily.V4, "10.6.0.0/24")));

        assertEquals(RefusalReason.ADDRESS_OF_NODE, answer.reason());
        assertEquals("spec.ippools: 10.6.0.1 cannot be an EIP: it is the address of node node1", answer.detail());
    }

    @Test
    void whatIsHeldWhenTheNetworksBecomeKnownStaysAndIsAnAlertAndNoMoreIsGivenOut() {
        var story = new FleetStory().node(1, true).gateway("10.96.0.1-10.96.0.9", "10.200.0.1");
        story.policy("p", EgressIp.DEFAULT).answer("10.96.0.1", AckOutcome.APPLIED);
        var held = story.assignment("10.96.0.1");

        var decisions = story.tell(KNOWN);

        assertEquals(
                List.of(
                        new Decision.DeclarationAccepted(story.log.size() - 1),
                        new Decision.AlertRaised(AlertCode.POOL_OVERLAPS_CLUSTER, "gateway egw1")),
                decisions);
        assertEquals(held, story.assignment("10.96.0.1"), "it is not torn away from its policy");
        assertEquals(1, story.tell(KNOWN).size(), "one alert");
        assertEquals(
                RefusalReason.ADDRESS_OF_CLUSTER,
                refused(story.tell(FleetStory.policyOf("q", EgressIp.DEFAULT))).reason());
        story.policy("free", AllocatorPolicy.RR);
        assertTrue(story.state.eips().contains(Eip.parse("10.200.0.1")), "one that the cluster does not use");
        var again = FleetState.of(story.state.snapshot(story.log.size()));
        assertEquals(Optional.of(KNOWN), again.networks());
    }

    @Test
    void addressesOfNetworksThatAreGoneCanBeEipsAgain() {
        var story = new FleetStory().node(1, true).gateway("10.96.0.1-10.96.0.2");
        story.tell(KNOWN);
        story.policy("p", AllocatorPolicy.RR);
        assertEquals(0, story.state.eips().values().size());

        story.tell(networks("10.97.0.0/16", "10.244.0.0/16", "10.6.1.1/32"));

        assertEquals(1, story.state.eips().values().size());
    }
}
