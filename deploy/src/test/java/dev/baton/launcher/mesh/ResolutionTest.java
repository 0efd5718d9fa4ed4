package dev.baton.launcher.mesh;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.baton.contract.Epoch;
import dev.baton.contract.mesh.Caller;
import dev.baton.contract.mesh.Calls;
import dev.baton.contract.mesh.DestinationId;
import dev.baton.contract.mesh.EndpointAddress;
import dev.baton.contract.mesh.Locality;
import dev.baton.contract.mesh.MemberId;
import dev.baton.contract.mesh.Route;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class ResolutionTest {
    private static final String NAME = "active.example.com";

    private final Map<String, List<InetAddress>> dns = new HashMap<>();
    private final Resolution resolution = new Resolution(name -> dns.getOrDefault(name, List.of()));

    private static Route to(String... hosts) {
        var endpoints = new TreeMap<EndpointAddress, Route.Endpoint>();
        for (String host : hosts) {
            endpoints.put(new EndpointAddress(host, 80), new Route.Endpoint(Route.Use.USABLE, 100));
        }
        var share = new Route.Share(new MemberId("active"), Locality.UNKNOWN, 1, endpoints);
        return new Route(
                new DestinationId("shop"),
                new Caller(Locality.UNKNOWN, new TreeMap<>()),
                Optional.empty(),
                Calls.ANY,
                new Route.ByLevel(Route.Spill.GRADED, List.of(new Route.Level(List.of(share)))));
    }

    private void resolves(String... addresses) {
        dns.put(NAME, Arrays.stream(addresses).map(InetAddress::ofLiteral).toList());
    }

    private boolean renew() {
        return resolution.renew(List.of(to(NAME, "192.0.2.9", "2001:db8::9")));
    }

    private Set<EndpointAddress> resolved() {
        return resolution.of(to(NAME)).targets().shares().getFirst().endpoints().keySet();
    }

    @Test
    void aNameIsAllItsAddressesAndAddressesStayAsTheyAre() {
        resolves("192.0.2.1", "192.0.2.2");
        assertTrue(renew());
        assertEquals(Set.of(new EndpointAddress("192.0.2.1", 80), new EndpointAddress("192.0.2.2", 80)), resolved());
        Route literal = to("192.0.2.9", "2001:db8::9");
        assertEquals(literal, resolution.of(literal));
        assertFalse(renew(), "nothing has changed");
    }

    @Test
    void aNameThatResolvesNoMoreKeepsItsAddresses() {
        resolves("192.0.2.1");
        renew();
        dns.clear();
        assertFalse(renew());
        assertEquals(Set.of(new EndpointAddress("192.0.2.1", 80)), resolved());
        resolves("192.0.2.3");
        assertTrue(renew());
        assertEquals(Set.of(new EndpointAddress("192.0.2.3", 80)), resolved());
    }

    @Test
    void aNameThatNeverResolvedHasNoAddress() {
        renew();
        assertEquals(Set.of(), resolved());
    }

    @Test
    void aVersionSaysTheEpochAndDiffersByAddresses() {
        var epoch = new Epoch(7);
        long plain = Versions.of(epoch, Optional.empty());
        long one = Versions.of(epoch, Optional.of(to("192.0.2.1")));
        long other = Versions.of(epoch, Optional.of(to("192.0.2.2")));
        assertNotEquals(one, other);
        assertEquals(
                List.of(epoch, epoch, epoch),
                List.of(Versions.epochOf(plain), Versions.epochOf(one), Versions.epochOf(other)));
        assertTrue(Versions.of(new Epoch(8), Optional.empty()) > other);
    }
}
