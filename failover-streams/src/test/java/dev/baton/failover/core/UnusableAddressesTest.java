package dev.baton.failover.core;

import static dev.baton.failover.core.FleetStory.ip;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.baton.contract.Decision;
import dev.baton.contract.Decision.DeclarationRefused;
import dev.baton.contract.Eip;
import dev.baton.contract.FleetSnapshot.FleetGateway;
import dev.baton.contract.GatewayDeclared;
import dev.baton.contract.IpAddress;
import dev.baton.contract.IpFamily;
import dev.baton.contract.LabelSelector;
import dev.baton.contract.PolicyDeclared.AllocatorPolicy;
import dev.baton.contract.PolicyDeclared.EgressIp;
import dev.baton.contract.Pool;
import dev.baton.contract.RefusalReason;
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
}
