package dev.baton.datapath.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.baton.contract.AssignmentStep;
import dev.baton.contract.Cidr;
import dev.baton.contract.Eip;
import dev.baton.contract.Mark;
import dev.baton.datapath.lab.Capture;
import dev.baton.datapath.lab.EchoServer;
import dev.baton.datapath.lab.Lab;
import dev.baton.datapath.lab.PodFlow;
import dev.baton.datapath.lab.TestFleet;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Everything that can change the source that a pod's packets should have, or the node that they leave by; each with
 * flows that are older: datagrams and connections, in both families, of pods on the holder, on its successor and
 * elsewhere. Datagrams go on with the right source. A connection goes on if its source stays, and ends if it does not.
 * Nothing with any other source than a node's or an EIP's is seen on the segment, whoever speaks first.
 */
@NeedsRootAndTools
class OlderFlowsTableTest extends ThreeNodes {
    private static final Eip OTHER = Eip.parse("10.6.0.201+fd06::201");
    private static final Mark OTHER_MARK = Mark.FIRST_EIP.next();
    private static final List<Cidr> SEGMENT = List.of(Cidr.parse("10.6.0.0/24"), Cidr.parse("fd06::/64"));
    private static final List<Cidr> ELSEWHERE = List.of(Cidr.parse("192.0.2.0/24"));
    private static final Duration SOON = Duration.ofSeconds(2);
    private static final int ASKED = 4;
    private static final String WRONG =
            "(ip and not src net 10.6.0.0/24) or (ip6 and not src net fd06::/64 and not src net fe80::/10"
                    + " and not src host ::)";

    /** What a pod's packets should leave with. */
    private enum Source {
        NODE,
        EIP,
        OTHER
    }

    private enum Change {
        POLICY_ENDS(Source.EIP, Source.NODE),
        POLICY_BEGINS(Source.NODE, Source.EIP),
        PODS_LOSE_THEIR_LABEL(Source.EIP, Source.NODE),
        PODS_GET_THEIR_LABEL(Source.NODE, Source.EIP),
        DESTINATION_IS_TAKEN_OUT(Source.EIP, Source.NODE),
        DESTINATION_IS_PUT_IN(Source.NODE, Source.EIP),
        POLICY_NAMES_ANOTHER_EIP(Source.EIP, Source.OTHER),
        ANOTHER_POLICY_COMES_FIRST(Source.EIP, Source.OTHER),
        ANOTHER_POLICY_CAME_FIRST(Source.OTHER, Source.EIP),
        EIP_MOVES(Source.EIP, Source.EIP),
        HOLDER_IS_LOST(Source.EIP, Source.EIP);

        private final Source before;
        private final Source after;

        Change(Source before, Source after) {
            this.before = before;
            this.after = after;
        }
    }

    private void prepare(Change change) throws Exception {
        fleet.assign(OTHER, OTHER_MARK, AssignmentStep.HELD, 3, Optional.empty());
        switch (change) {
            case POLICY_BEGINS -> fleet.policyRemoved();
            case PODS_GET_THEIR_LABEL -> labelled(false);
            case DESTINATION_IS_PUT_IN -> fleet.policy(TestFleet.EIP, ELSEWHERE);
            case ANOTHER_POLICY_CAME_FIRST -> fleet.policyAbove(OTHER, SEGMENT);
            case POLICY_ENDS, PODS_LOSE_THEIR_LABEL, DESTINATION_IS_TAKEN_OUT, POLICY_NAMES_ANOTHER_EIP -> {}
            case ANOTHER_POLICY_COMES_FIRST, EIP_MOVES, HOLDER_IS_LOST -> {}
        }
        appliedEverywhere();
    }

    private void make(Change change) throws Exception {
        switch (change) {
            case POLICY_ENDS -> fleet.policyRemoved();
            case POLICY_BEGINS, DESTINATION_IS_PUT_IN -> fleet.policy(TestFleet.EIP, SEGMENT);
            case PODS_LOSE_THEIR_LABEL -> labelled(false);
            case PODS_GET_THEIR_LABEL -> labelled(true);
            case DESTINATION_IS_TAKEN_OUT -> fleet.policy(TestFleet.EIP, ELSEWHERE);
            case POLICY_NAMES_ANOTHER_EIP -> fleet.policy(OTHER, SEGMENT);
            case ANOTHER_POLICY_COMES_FIRST -> fleet.policyAbove(OTHER, SEGMENT);
            case ANOTHER_POLICY_CAME_FIRST -> fleet.policyAboveRemoved();
            case EIP_MOVES -> move(2, 3);
            case HOLDER_IS_LOST -> {
                datapath(2).lease().revoke();
                fleet.failOver(3);
            }
        }
        appliedEverywhere();
    }

    private void labelled(boolean are) {
        for (int n = 1; n <= NODES; n++) {
            fleet.podSelected(n, are);
        }
    }

    private static String source(Source source, int node, boolean ipv6) {
        return switch (source) {
            case NODE -> (ipv6 ? "fd06::" : "10.6.0.") + node;
            case EIP -> ipv6 ? TestFleet.EIP6 : TestFleet.EIP4;
            case OTHER -> ipv6 ? "fd06::201" : "10.6.0.201";
        };
    }

    /** A connection of a pod. */
    private record Connection(int node, boolean ipv6, Socket socket) {}

    @ParameterizedTest
    @EnumSource
    void flowsThatAreOlder(Change change) throws Exception {
        prepare(change);
        var flows = new ArrayList<PodFlow>();
        var connections = new ArrayList<Connection>();
        for (int n = 1; n <= NODES; n++) {
            for (boolean ipv6 : new boolean[] {false, true}) {
                String to = ipv6 ? Lab.SERVER6 : Lab.SERVER4;
                flows.add(new PodFlow(lab, n, to));
                connections.add(new Connection(n, ipv6, EchoServer.connect(lab, "p" + n, to)));
            }
        }
        flows.forEach(flow -> becomes(flow, change.before));
        for (Connection one : connections) {
            assertEquals(source(change.before, one.node, one.ipv6), EchoServer.ask(one.socket));
            one.socket.setSoTimeout((int) SOON.toMillis());
        }
        var segment = new Capture(lab, WRONG);

        make(change);
        if (change.before != change.after) {
            // Where the holder changes, it must be the pod who speaks first: only its node knows the connection.
            server.answerUnasked();
        }

        flows.forEach(flow -> becomes(flow, change.after));
        for (Connection one : connections) {
            String what = change + ": connection of p" + one.node + (one.ipv6 ? ", IPv6" : ", IPv4");
            assertEquals(change.before == change.after ? "goes on" : "ends", fate(one), what);
            one.socket.close();
        }
        assertEquals(List.of(), segment.frames());
        flows.forEach(PodFlow::close);
    }

    /** Agents look every now and then, as they do. */
    private void becomes(PodFlow flow, Source right) {
        String source = source(right, flow.node(), flow.isIpv6());
        Lab.eventually(SOON, flow + " comes from " + source, () -> {
            boolean there = flow.ask().equals(Optional.of(source));
            if (!there) {
                datapaths.forEach(LinuxDatapath::check);
            }
            return there;
        });
    }

    private String fate(Connection one) {
        for (int asked = 0; asked < ASKED; asked++) {
            try {
                if (EchoServer.ask(one.socket).isEmpty()) {
                    return "ends";
                }
            } catch (SocketTimeoutException e) {
                return "hangs";
            } catch (IOException e) {
                return "ends";
            }
            datapaths.forEach(LinuxDatapath::check);
        }
        return "goes on";
    }
}
