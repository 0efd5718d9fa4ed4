package dev.baton.datapath.linux;

import static dev.baton.datapath.lab.EchoServer.sourceSeen;
import static dev.baton.datapath.lab.Lab.SERVER4;
import static dev.baton.datapath.lab.Lab.SERVER6;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.baton.contract.Cidr;
import dev.baton.datapath.lab.EchoServer;
import dev.baton.datapath.lab.TestFleet;
import java.net.Socket;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What the cluster itself answers is no egress, whatever a policy names: n1's pod and the one on the holder, n2, talk
 * to the pod of n3 and to services.
 */
@NeedsRootAndTools
class InsideTheClusterTest extends ThreeNodes {
    private static final String POD4 = "10.244.3.10";
    private static final String POD6 = "fd44:3::10";
    /** A load balancer's address: in no network of the cluster. */
    private static final String VIP4 = "203.0.113.9";

    private static final String VIP6 = "2001:db8:9::9";
    private static final List<Cidr> EVERYTHING = List.of(Cidr.parse("0.0.0.0/0"), Cidr.parse("::/0"));

    private Optional<EchoServer> pod = Optional.empty();

    /** How kube-proxy translates a service's address on every node. */
    enum Proxy {
        IPTABLES,
        NFTABLES
    }

    @BeforeEach
    void podOfTheThirdNodeAnswers() {
        pod = Optional.of(new EchoServer(lab, "p3", POD4, POD6));
        for (int n = 1; n <= 2; n++) {
            lab.in("n" + n, "ip", "route", "replace", "10.244.3.0/24", "via", "10.6.0.3");
            lab.in("n" + n, "ip", "-6", "route", "replace", "fd44:3::/64", "via", "fd06::3");
            lab.in("n3", "ip", "route", "replace", "10.244." + n + ".0/24", "via", "10.6.0." + n);
            lab.in("n3", "ip", "-6", "route", "replace", "fd44:" + n + "::/64", "via", "fd06::" + n);
        }
    }

    @AfterEach
    void podEnds() throws Exception {
        if (pod.isPresent()) {
            pod.get().close();
        }
    }

    private void service(Proxy proxy, String to4, String to6) {
        for (int n = 1; n <= NODES; n++) {
            switch (proxy) {
                case IPTABLES -> {
                    lab.in(
                            "n" + n,
                            ("iptables -w -t nat -A PREROUTING -d " + VIP4 + " -j DNAT --to " + to4).split(" "));
                    lab.in(
                            "n" + n,
                            ("ip6tables -w -t nat -A PREROUTING -d " + VIP6 + " -j DNAT --to " + to6).split(" "));
                }
                case NFTABLES ->
                    lab.in(
                            "n" + n,
                            "nft",
                            "add table inet kube; add chain inet kube pre { type nat hook prerouting priority dstnat;"
                                    + " }; add rule inet kube pre ip daddr " + VIP4 + " dnat ip to " + to4
                                    + "; add rule inet kube pre ip6 daddr " + VIP6 + " dnat ip6 to " + to6);
            }
        }
    }

    private void policy(List<Cidr> destinations) throws Exception {
        fleet.policy(TestFleet.EIP, destinations);
        appliedEverywhere();
    }

    private void podsReach(String server4, String server6) throws Exception {
        for (int n = 1; n <= 2; n++) {
            arrives(n, server4, "10.244." + n + ".10");
            arrives(n, server6, "fd44:" + n + "::10");
        }
    }

    private void podsLeave(String server4, String server6) throws Exception {
        for (int n = 1; n <= 2; n++) {
            arrives(n, server4, TestFleet.EIP4);
            arrives(n, server6, TestFleet.EIP6);
        }
    }

    private void arrives(int n, String server, String source) throws Exception {
        assertEquals(Optional.of(source), sourceSeen(lab, "p" + n, server), "UDP of p" + n + " to " + server);
        try (Socket connection = EchoServer.connect(lab, "p" + n, server)) {
            assertEquals(source, EchoServer.ask(connection), "TCP of p" + n + " to " + server);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aServiceOfPodsIsNoEgressWhereverItsAddressIs(Proxy proxy) throws Exception {
        service(proxy, POD4, POD6);
        for (List<Cidr> destinations : List.of(List.<Cidr>of(), EVERYTHING)) {
            policy(destinations);
            podsReach(VIP4, VIP6);
            podsReach(POD4, POD6);
            podsLeave(SERVER4, SERVER6);
        }
    }

    /** As people write "our company": the pods' network lies in it, and so does what is really outside. */
    @Test
    void aLargeNetworkThatHoldsTheClustersIsMeantWithoutThem() throws Exception {
        policy(List.of(Cidr.parse("10.0.0.0/8"), Cidr.parse("fd00::/8")));
        podsReach(POD4, POD6);
        podsLeave(SERVER4, SERVER6);
    }

    @Test
    void aPolicyThatNamesAPartOfTheClusterAloneIsObeyed() throws Exception {
        policy(List.of(Cidr.parse("10.244.3.0/24"), Cidr.parse("fd44:3::/64")));
        podsLeave(POD4, POD6);
    }

    /** The packet leaves the cluster: the policy is about where it goes, not about the address it was sent to. */
    @ParameterizedTest
    @EnumSource
    void aServiceWhoseServersAreOutsideIsEgress(Proxy proxy) throws Exception {
        service(proxy, SERVER4, SERVER6);
        policy(List.of(Cidr.parse("10.6.0.0/24"), Cidr.parse("fd06::/64")));
        podsLeave(VIP4, VIP6);
    }

    @Test
    void noPacketThroughAServiceLeavesWithAnotherSourceWhileTheTableIsGone() throws Exception {
        service(Proxy.IPTABLES, SERVER4, SERVER6);
        policy(List.of(Cidr.parse("10.6.0.0/24"), Cidr.parse("fd06::/64")));
        podsLeave(VIP4, VIP6);
        for (int n = 1; n <= 2; n++) {
            lab.in("n" + n, "nft", "delete", "table", "inet", "baton");
            assertEquals(Optional.empty(), sourceSeen(lab, "p" + n, VIP4));
            assertEquals(Optional.empty(), sourceSeen(lab, "p" + n, VIP6));
            datapath(n).check();
        }
        podsLeave(VIP4, VIP6);
    }

    @Test
    void whatIsInsideIsLearntWhileAgentsRun() throws Exception {
        policy(List.of(Cidr.parse("10.6.0.0/24"), Cidr.parse("fd06::/64")));
        podsLeave(SERVER4, SERVER6);

        fleet.clusterCidrs(List.of(Cidr.parse(SERVER4 + "/32"), Cidr.parse(SERVER6 + "/128")));
        appliedEverywhere();

        for (int n = 1; n <= 2; n++) {
            arrives(n, SERVER4, "10.6.0." + n);
            arrives(n, SERVER6, "fd06::" + n);
        }
    }
}
