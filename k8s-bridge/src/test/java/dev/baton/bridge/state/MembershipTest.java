package dev.baton.bridge.state;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.baton.bridge.manifest.Pod;
import dev.baton.contract.Cidr;
import dev.baton.contract.EndpointSlice.Endpoint;
import dev.baton.contract.LabelSelector;
import dev.baton.contract.PolicyDeclared;
import dev.baton.contract.PolicyId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class MembershipTest {
    private static final PolicyId WEB = new PolicyId("shop", "web");
    private static final PolicyId ALL = PolicyId.cluster("all");

    private final Membership membership = new Membership();

    private static Pod pod(String namespace, String name, String app, String ip) {
        return new Pod(namespace, name, Map.of("app", app), Optional.of(SmallFleet.endpoint(namespace, name, ip)));
    }

    private String members(PolicyId policy) {
        return membership.endpoints(policy).stream()
                .map((Endpoint e) ->
                        e.namespace() + "/" + e.pod() + "=" + e.addresses().getFirst())
                .toList()
                .toString();
    }

    private static PolicyDeclared with(
            PolicyId id, LabelSelector pods, List<Cidr> subnets, Optional<LabelSelector> namespaces) {
        PolicyDeclared base = SmallFleet.policy(id, "web");
        return new PolicyDeclared(id, base.gateway(), base.egressIp(), List.of(), pods, subnets, namespaces, 0);
    }

    @Test
    void aPodIsItsNamespacesPoliciesAloneWhileItsLabelsMatch() {
        membership.put(SmallFleet.policy(WEB, "web"));
        membership.put(SmallFleet.policy(new PolicyId("other", "web"), "web"));
        membership.put(pod("shop", "a", "web", "10.1.0.1"));
        assertEquals("[shop/a=10.1.0.1]", members(WEB));
        assertEquals("[]", members(new PolicyId("other", "web")));
        assertEquals(Set.of(WEB), membership.takeTouched());
        membership.put(pod("shop", "a", "db", "10.1.0.1"));
        assertEquals("[]", members(WEB));
        assertEquals(Set.of(WEB), membership.takeTouched());
    }

    @Test
    void aPodMadeAnewWithAnotherAddressTouchesItsPolicyAndTheSameOneDoesNot() {
        membership.put(SmallFleet.policy(WEB, "web"));
        membership.put(pod("shop", "s-0", "web", "10.1.0.1"));
        membership.takeTouched();
        membership.put(pod("shop", "s-0", "web", "10.1.0.1"));
        assertEquals(Set.of(), membership.takeTouched());
        membership.removePod("shop", "s-0");
        membership.put(pod("shop", "s-0", "web", "10.1.0.2"));
        assertEquals("[shop/s-0=10.1.0.2]", members(WEB));
        assertEquals(Set.of(WEB), membership.takeTouched());
    }

    @Test
    void aPodThatFinishesLeaves() {
        membership.put(SmallFleet.policy(WEB, "web"));
        membership.put(pod("shop", "a", "web", "10.1.0.1"));
        membership.put(new Pod("shop", "a", Map.of("app", "web"), Optional.empty()));
        assertEquals("[]", members(WEB));
    }

    @Test
    void aPolicyThatIsChangedSelectsAnewAndOneThatIsRemovedIsTouchedOnce() {
        membership.put(pod("shop", "a", "web", "10.1.0.1"));
        membership.put(pod("shop", "b", "db", "10.1.0.2"));
        membership.put(SmallFleet.policy(WEB, "web"));
        membership.takeTouched();
        membership.put(SmallFleet.policy(WEB, "web"));
        assertEquals(Set.of(), membership.takeTouched());
        membership.put(SmallFleet.policy(WEB, "db"));
        assertEquals("[shop/b=10.1.0.2]", members(WEB));
        assertEquals(Set.of(WEB), membership.takeTouched());
        membership.remove(WEB);
        assertEquals(Set.of(WEB), membership.takeTouched());
        membership.put(pod("shop", "b", "db", "10.1.0.3"));
        assertEquals(Set.of(), membership.takeTouched());
        assertEquals("[]", members(WEB));
    }

    @Test
    void aClusterPolicyFollowsTheLabelsOfNamespaces() {
        membership.put(pod("shop", "a", "web", "10.1.0.1"));
        membership.put(pod("lab", "a", "web", "10.1.0.2"));
        membership.put(
                with(ALL, SmallFleet.labels("app", "web"), List.of(), Optional.of(SmallFleet.labels("stage", "live"))));
        assertEquals("[]", members(ALL));
        membership.putNamespace("shop", Map.of("stage", "live"));
        assertEquals("[shop/a=10.1.0.1]", members(ALL));
        membership.putNamespace("lab", Map.of("stage", "live"));
        assertEquals("[lab/a=10.1.0.2, shop/a=10.1.0.1]", members(ALL));
        membership.takeTouched();
        membership.putNamespace("shop", Map.of("stage", "test"));
        assertEquals("[lab/a=10.1.0.2]", members(ALL));
        assertEquals(Set.of(ALL), membership.takeTouched());
    }

    @Test
    void podSubnetsSelectByAddress() {
        membership.put(pod("shop", "a", "web", "10.1.0.1"));
        membership.put(pod("shop", "b", "web", "10.2.0.1"));
        membership.put(with(WEB, LabelSelector.NONE, List.of(Cidr.parse("10.2.0.0/16")), Optional.empty()));
        assertEquals("[shop/b=10.2.0.1]", members(WEB));
    }

    @Test
    void namesWithDashesAreKeptApart() {
        membership.put(SmallFleet.policy(new PolicyId("a-b", "c"), "web"));
        membership.put(SmallFleet.policy(new PolicyId("a", "b-c"), "web"));
        membership.put(pod("a", "b-x", "web", "10.1.0.1"));
        membership.put(pod("a-b", "x", "web", "10.1.0.2"));
        assertEquals("[a-b/x=10.1.0.2]", members(new PolicyId("a-b", "c")));
        assertEquals("[a/b-x=10.1.0.1]", members(new PolicyId("a", "b-c")));
    }
}
