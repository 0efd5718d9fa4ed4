package dev.baton.failover.routing;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.baton.contract.mesh.Calls;
import dev.baton.contract.mesh.Destination;
import dev.baton.contract.mesh.DestinationId;
import dev.baton.contract.mesh.FailoverPolicy;
import dev.baton.contract.mesh.FailoverPolicyId;
import dev.baton.contract.mesh.PolicyTarget;
import dev.baton.contract.mesh.ReturnRules;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class PoliciesTest {
    private static final Destination SHOP = new Destination(
            new DestinationId("default/shop/0"),
            Optional.empty(),
            Mesh.activePassive("active"),
            Optional.empty(),
            Calls.ANY,
            new TreeSet<>(List.of(target("httproute/default/shop"), target("gateway/default/edge"))));

    private final TreeMap<FailoverPolicyId, FailoverPolicy> policies = new TreeMap<>();

    private static PolicyTarget target(String text) {
        return new PolicyTarget(text);
    }

    private void attach(String name, String target) {
        var id = new FailoverPolicyId(name);
        var targets = new TreeSet<>(List.of(target(target)));
        policies.put(id, new FailoverPolicy(id, targets, ReturnRules.DEFAULT, Optional.empty(), new TreeMap<>()));
    }

    private Optional<String> found() {
        return Policies.of(SHOP, policies).map(policy -> policy.id().value());
    }

    @Test
    void thePolicyThatIsAttachedToLessCounts() {
        attach("other", "httproute/default/other");
        assertEquals(Optional.empty(), found());
        attach("a-gateway", "gateway/default/edge");
        assertEquals(Optional.of("a-gateway"), found());
        attach("b-route", "httproute/default/shop");
        assertEquals(Optional.of("b-route"), found());
        attach("c-destination", "destination/default/shop/0");
        assertEquals(Optional.of("c-destination"), found());
    }

    @Test
    void ofTwoThatAreAttachedAlikeTheFirstNameCounts() {
        attach("b", "httproute/default/shop");
        attach("a", "httproute/default/shop");
        assertEquals(Optional.of("a"), found());
    }
}
