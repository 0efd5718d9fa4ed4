package dev.baton.datapath.linux;

import static dev.baton.datapath.lab.EchoServer.sourceSeen;
import static dev.baton.datapath.lab.Lab.SERVER4;
import static dev.baton.datapath.lab.Lab.SERVER6;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.baton.contract.Assignment;
import dev.baton.contract.AssignmentStep;
import dev.baton.contract.Cidr;
import dev.baton.contract.Eip;
import dev.baton.contract.EndpointSlice;
import dev.baton.contract.Epoch;
import dev.baton.contract.GatewayId;
import dev.baton.contract.Holder;
import dev.baton.contract.IpAddress;
import dev.baton.contract.Mark;
import dev.baton.contract.MoveReason;
import dev.baton.contract.PolicyBinding;
import dev.baton.contract.PolicyId;
import dev.baton.datapath.core.NodeView;
import dev.baton.datapath.lab.TestFleet;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * The pod of node 1 has the fleet's policy, default/web, for the server's networks and with the EIP that node 2 holds;
 * and others, with an EIP that node 3 holds.
 */
@NeedsRootAndTools
class PolicyPriorityTest extends ThreeNodes {
    private static final Eip SECOND = Eip.parse("10.6.0.201+fd06::201");
    private static final List<Cidr> SERVER = List.of(Cidr.parse("10.6.0.100/32"), Cidr.parse("fd06::100/128"));
    private static final List<Cidr> EVERYTHING = List.of();

    @BeforeEach
    void nodeThreeHoldsASecondEip() {
        onEachNode(view -> view.assignment(assignment(SECOND, 1)));
    }

    private static Assignment assignment(Eip eip, int mark) {
        return new Assignment(
                eip,
                new GatewayId("gw"),
                new Mark(Mark.FIRST_EIP.value() + mark),
                new Epoch(1000),
                AssignmentStep.HELD,
                Optional.of(new Holder(TestFleet.node(3), TestFleet.OWN)),
                Optional.empty(),
                MoveReason.OPERATOR,
                1);
    }

    private interface Change {
        void of(NodeView view);
    }

    private void onEachNode(Change change) {
        for (int n = 1; n <= NODES; n++) {
            change.of(fleet.view(n));
        }
    }

    private void policy(String name, Optional<Eip> eip, List<Cidr> destinations, long priority) throws Exception {
        var policy = PolicyId.parse(name);
        var pod = new EndpointSlice.Endpoint(
                "default",
                "p1",
                TestFleet.node(1),
                List.of(IpAddress.parse("10.244.1.10"), IpAddress.parse("fd44:1::10")));
        onEachNode(view -> {
            view.policy(new PolicyBinding(policy, new GatewayId("gw"), eip, destinations, priority, 2));
            view.endpoints(new EndpointSlice(policy, "s", List.of(pod)));
        });
        appliedEverywhere();
    }

    private void leavesWith(Eip eip) {
        assertEquals(eip.ipv4().map(IpAddress::toString), sourceSeen(lab, "p1", SERVER4));
        assertEquals(eip.ipv6().map(IpAddress::toString), sourceSeen(lab, "p1", SERVER6));
    }

    @Test
    void thePolicyWithTheHigherPriorityCountsAndAChangeOfItAtOnce() throws Exception {
        policy("default/xyz", Optional.of(SECOND), SERVER, 0);
        leavesWith(TestFleet.EIP); // equal priority: by name

        policy("default/xyz", Optional.of(SECOND), SERVER, 1);
        leavesWith(SECOND);
        assertEquals(Optional.of(TestFleet.EIP4), sourceSeen(lab, "p2", SERVER4), "the other pods are not its");

        policy("default/xyz", Optional.of(SECOND), SERVER, 0);
        leavesWith(TestFleet.EIP);
    }

    @Test
    void amongEqualsTheNameDecidesOfClusterPoliciesToo() throws Exception {
        policy("zero", Optional.of(SECOND), SERVER, 0);
        leavesWith(TestFleet.EIP);
        policy("all", Optional.of(SECOND), SERVER, 0);
        leavesWith(SECOND);
    }

    @Test
    void aPolicyAboutEverythingOutsideTheClusterIsOrderedAsAnyOther() throws Exception {
        policy("default/everything", Optional.of(SECOND), EVERYTHING, 0);
        leavesWith(SECOND); // by name before default/web, though that names the server

        policy("default/everything", Optional.of(SECOND), EVERYTHING, 0);
        policy("default/precise", Optional.of(TestFleet.EIP), SERVER, 1);
        leavesWith(TestFleet.EIP);
    }

    @Test
    void whatThePolicyInFrontIsNotAboutIsTheNextOnes() throws Exception {
        policy("default/elsewhere", Optional.of(SECOND), List.of(Cidr.parse("192.0.2.0/24")), 9);
        leavesWith(TestFleet.EIP);

        var ipv4 = Eip.parse("10.6.0.202");
        onEachNode(view -> view.assignment(assignment(ipv4, 2)));
        policy("default/ipv4", Optional.of(ipv4), SERVER, 9);
        assertEquals(Optional.of("10.6.0.202"), sourceSeen(lab, "p1", SERVER4));
        assertEquals(Optional.of(TestFleet.EIP6), sourceSeen(lab, "p1", SERVER6), "its EIP has no such address");
    }

    @Test
    void aPolicyInFrontThatHasNoEipDropsAndDoesNotFallBack() throws Exception {
        policy("default/none", Optional.empty(), SERVER, 9);

        assertEquals(Optional.empty(), sourceSeen(lab, "p1", SERVER4));
        assertEquals(Optional.empty(), sourceSeen(lab, "p1", SERVER6));
    }
}
