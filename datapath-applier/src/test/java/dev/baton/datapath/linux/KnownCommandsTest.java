package dev.baton.datapath.linux;

import static dev.baton.datapath.lab.EchoServer.sourceSeen;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.baton.contract.AssignmentStep;
import dev.baton.contract.Cidr;
import dev.baton.contract.Eip;
import dev.baton.contract.EndpointSlice;
import dev.baton.contract.GatewayId;
import dev.baton.contract.IpAddress;
import dev.baton.contract.Mark;
import dev.baton.contract.PolicyBinding;
import dev.baton.contract.PolicyId;
import dev.baton.datapath.lab.EchoServer;
import dev.baton.datapath.lab.Lab;
import dev.baton.datapath.lab.TestFleet;
import dev.baton.datapath.linux.iptables.Backend;
import dev.baton.datapath.linux.nft.TrafficForm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * The commands by which EgressGateway's users look for a fault print what their document shows, with both kinds of
 * iptables: {@code src/test/resources/iptables/known-commands.txt}.
 */
@NeedsRootAndTools
class KnownCommandsTest extends ThreeNodes {
    private static final Path DOCUMENT = Path.of("src/test/resources/iptables/known-commands.txt");
    private static final Eip EIP = Eip.parse("172.16.25.189");
    private static final String SERVER = "172.16.25.183";
    private static final String POD = "10.200.0.22";

    private Optional<EchoServer> documents = Optional.empty();

    @Override
    TrafficForm traffic() {
        return TrafficForm.IPTABLES;
    }

    @AfterEach
    void documentsServerEnds() throws Exception {
        if (documents.isPresent()) {
            documents.get().close();
        }
    }

    /** A command of the document, where it is run, and what it prints. */
    private record Shown(String node, String command, List<String> lines) {}

    private static List<Shown> document() throws IOException {
        var all = new ArrayList<Shown>();
        for (String line : Files.readAllLines(DOCUMENT)) {
            int prompt = line.indexOf("$ ");
            if (prompt == 2) {
                all.add(new Shown(line.substring(0, prompt), line.substring(prompt + 2), new ArrayList<>()));
            } else if (!line.isBlank() && !line.startsWith("#")) {
                all.getLast().lines.add(line);
            }
        }
        return all;
    }

    /** After a turn, kubelet is found to use the other kind. */
    @Test
    void eachPrintsWhatTheDocumentShows() throws Exception {
        theDocumentsFleet();
        applied(3);
        for (Backend backend : Backend.values()) {
            String iptables = "iptables-" + backend;
            for (int n : List.of(1, 2)) {
                others("n" + n, iptables);
                datapath(n).close();
                datapaths.set(n - 1, new LinuxDatapath(options(n)));
                datapath(n).open();
                applied(n);
            }
            assertEquals(Optional.of("172.16.25.189"), sourceSeen(lab, "p1", SERVER), "a packet of the pod");
            for (Shown shown : document()) {
                prints(shown, shown.command.replaceFirst("^iptables", iptables));
            }
            String nat = lab.in("n2", iptables, "-t", "nat", "-nvL", "EGRESSGATEWAY-SNAT-EIP");
            assertEquals("1", nat.lines().toList().getLast().strip().split(" ")[0], "packets counted: " + nat);
        }
        assertFalse(lab.in("n2", "iptables-nft-save").contains("EGRESSGATEWAY"), "of the other kind");
        lab.in("n1", "iptables-legacy", "-t", "mangle", "-F"); // of which the kernel tells nobody
        Lab.eventually(WITHIN, "mended", () -> datapath(1).check().repaired().contains("iptables rules"));
        prints(document().getFirst(), document().getFirst().command.replaceFirst("^iptables", "iptables-legacy"));
    }

    private void prints(Shown shown, String command) {
        assertEquals(
                shown.lines.stream().map(KnownCommandsTest::withoutNumbers).toList(),
                lab.in(shown.node, "sh", "-c", command)
                        .lines()
                        .map(KnownCommandsTest::withoutNumbers)
                        .filter(line -> !line.isEmpty())
                        .toList(),
                shown.node + "$ " + command);
    }

    /** Its policy, pod, server and EIP. */
    private void theDocumentsFleet() {
        var test = PolicyId.parse("default/test");
        var pod = new EndpointSlice.Endpoint("default", "visitor", TestFleet.node(1), List.of(IpAddress.parse(POD)));
        fleet.policyRemoved();
        fleet.freed();
        fleet.assign(EIP, Mark.FIRST_EIP, AssignmentStep.HELD, 2, Optional.empty());
        for (int n = 1; n <= NODES; n++) {
            fleet.view(n)
                    .policy(new PolicyBinding(
                            test, new GatewayId("gw"), Optional.of(EIP), List.of(Cidr.parse(SERVER + "/32")), 0, 1));
            fleet.view(n).endpoints(new EndpointSlice(test, "s", List.of(pod)));
        }
        lab.in("ext", "ip", "addr", "add", SERVER + "/24", "dev", "eth0");
        lab.in("ext", "ip", "addr", "add", "fd06::183/64", "dev", "eth0", "nodad");
        documents = Optional.of(new EchoServer(lab, "ext", SERVER, "fd06::183"));
        lab.in("p1", "ip", "addr", "add", POD + "/32", "dev", "eth0");
        lab.in("p1", "ip", "route", "replace", "default", "via", "10.244.1.1", "src", POD);
        lab.in("n1", "ip", "route", "add", POD, "dev", "veth-pod");
    }

    /** The rules of other components that it shows, instead of the lab's. */
    private void others(String node, String iptables) {
        String nat = iptables + " -w -t nat ";
        String script = String.join(
                "\n",
                "iptables-nft -w -t mangle -X KUBE-KUBELET-CANARY || true", // there in the second turn
                iptables + " -w -t mangle -N KUBE-KUBELET-CANARY",
                "iptables-nft -w -t nat -F POSTROUTING",
                nat + "-N KUBE-POSTROUTING",
                nat + "-N FLANNEL-POSTRTG",
                nat + "-A POSTROUTING -m comment --comment 'kubernetes postrouting rules' -j KUBE-POSTROUTING",
                nat + "-A POSTROUTING -s 172.17.0.0/16 ! -o docker0 -j MASQUERADE",
                nat + "-A POSTROUTING -m comment --comment 'flanneld masq' -j FLANNEL-POSTRTG",
                nat + "-A FLANNEL-POSTRTG -s 10.200.0.0/16 -j MASQUERADE");
        lab.in(node, "sh", "-ec", script);
    }

    /** With one space between words, and without what is counted or drawn by lot. */
    private static String withoutNumbers(String line) {
        return line.strip()
                .replaceAll("\\s+", " ")
                .replaceFirst("^[0-9.]+[KMG]? [0-9.]+[KMG]? (?=\\S+ (0|all) -- )", "N N ")
                .replaceFirst("^(N N \\S+) (0|all) ", "$1 0 ")
                .replaceFirst("[0-9.]+[KMG]? packets, [0-9.]+[KMG]? bytes", "N packets, N bytes")
                .replaceFirst("initval 0x[0-9a-f]+", "initval N")
                .replaceFirst("bucketsize [0-9]+", "bucketsize N")
                .replaceFirst("^(Revision|Size in memory): [0-9]+", "$1: N");
    }
}
