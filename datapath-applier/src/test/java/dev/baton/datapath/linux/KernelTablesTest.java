package dev.baton.datapath.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.baton.contract.AssignmentStep;
import dev.baton.contract.Cidr;
import dev.baton.contract.PolicyId;
import dev.baton.datapath.core.DesiredState;
import dev.baton.datapath.lab.TestFleet;
import dev.baton.datapath.linux.fence.FenceForm;
import dev.baton.datapath.linux.fence.FenceTables;
import dev.baton.datapath.linux.nft.GuardTable;
import dev.baton.datapath.linux.nft.NftTable;
import dev.baton.datapath.linux.nft.Outside;
import dev.baton.datapath.linux.nft.PolicyChains;
import dev.baton.datapath.linux.nft.TrafficTable;
import dev.baton.datapath.linux.route.RoutePlan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * What a node's kernel is given, as text, for a fleet of three nodes with one EIP: so that a change of a rule is a
 * change that can be read. Needs neither root nor tools.
 */
class KernelTablesTest {
    private static final Path FOLDER = Path.of("src/test/resources/kernel");
    private static final String WRITE = "kernel.write";
    private static final Outside OUTSIDE = new Outside(new TreeSet<>(List.of("eth0")), new TreeSet<>());

    private final TestFleet fleet = new TestFleet(3);

    private static NftTable traffic(DesiredState desired) {
        return TrafficTable.of(desired, desired.policiesOfPods(), OUTSIDE, new PolicyChains());
    }

    private static NftTable guard(DesiredState desired) {
        return GuardTable.of(desired, desired.policiesOfPods(), OUTSIDE, new PolicyChains());
    }

    private static String rulesAndRoutes(DesiredState desired) {
        var lines = new ArrayList<String>();
        RoutePlan.rules(desired).forEach(rule -> lines.add(rule.add()));
        RoutePlan.peerRoutes(desired).forEach(route -> lines.add(route.replace()));
        desired.eips()
                .values()
                .forEach(eip -> RoutePlan.routes(eip, desired.peers()).forEach(route -> lines.add(route.replace())));
        return String.join("\n", lines) + "\n";
    }

    private static String tables(DesiredState desired) {
        return traffic(desired).creation() + "\n" + guard(desired).creation();
    }

    private static String fence(FenceForm form) {
        return FenceTables.of(form, List.of("eth0", "eth1")).stream()
                .map(NftTable::creation)
                .collect(Collectors.joining("\n"));
    }

    private static String change(DesiredState before, DesiredState after) {
        return traffic(after).from(traffic(before)) + "\n" + guard(after).from(guard(before));
    }

    private void secondPolicyOfPod1(int destinations, long priority) {
        var policy = PolicyId.parse("team/second");
        List<Cidr> networks = IntStream.range(0, destinations)
                .mapToObj(i -> Cidr.parse("192.0.2." + i + "/32"))
                .toList();
        fleet.another(policy, Optional.of(TestFleet.EIP), networks, priority, "p1", "10.244.1.10");
    }

    private SortedMap<String, String> all() {
        var texts = new TreeMap<String, String>();
        for (FenceForm form : FenceForm.values()) {
            texts.put("fence-" + form, fence(form));
        }
        texts.put("tables-before-the-eip-has-a-mark", tables(fleet.desired(1)));
        fleet.assign(AssignmentStep.HELD, 2, Optional.empty());
        DesiredState held = fleet.desired(1);
        texts.put("tables", tables(held));
        texts.put("routes-of-the-holder", rulesAndRoutes(fleet.desired(2)));
        texts.put("routes-of-another-node", rulesAndRoutes(held));
        fleet.assign(AssignmentStep.RELEASE, 2, Optional.of(3));
        texts.put("routes-of-a-holder-that-lets-go", rulesAndRoutes(fleet.desired(2)));
        assertEquals(tables(held), tables(fleet.desired(1)), "a move touches no table");
        fleet.assign(AssignmentStep.RELEASE, 2, Optional.empty());
        texts.put("routes-while-nobody-holds", rulesAndRoutes(fleet.desired(2)));
        secondPolicyOfPod1(2, 7);
        texts.put("change-a-second-policy-that-counts-first", change(held, fleet.desired(1)));
        secondPolicyOfPod1(9, 0);
        texts.put("change-a-second-policy-with-many-destinations", change(held, fleet.desired(1)));
        fleet.view(1).policyRemoved(PolicyId.parse("team/second"));
        fleet.policyRemoved();
        texts.put("change-the-policy-ends", change(held, fleet.desired(1)));
        return texts;
    }

    @Test
    void aNodesRulesRoutesAndTablesAreThoseThatWereLookedAtLast() throws IOException {
        var differing = new ArrayList<String>();
        for (var text : all().entrySet()) {
            Path file = FOLDER.resolve(text.getKey() + ".txt");
            String known = Files.exists(file) ? Files.readString(file) : "";
            if (!known.equals(text.getValue())) {
                differing.add(file.getFileName() + "\n" + text.getValue());
            }
            if (System.getProperty(WRITE) != null) {
                Files.createDirectories(FOLDER);
                Files.writeString(file, text.getValue());
            }
        }
        assertTrue(
                differing.isEmpty() || System.getProperty(WRITE) != null,
                () -> "not as in " + FOLDER + ": " + String.join("\n", differing)
                        + "\nif that is meant: mvn -q -pl datapath-applier -am test -Dtest=KernelTablesTest"
                        + " -Dsurefire.failIfNoSpecifiedTests=false -D" + WRITE + ", and look at the difference");
    }

    @Test
    void everyFileIsOneOfTheseTexts() throws IOException {
        try (var files = Files.list(FOLDER)) {
            assertEquals(
                    all().keySet().stream().map(name -> name + ".txt").sorted().toList(),
                    files.map(file -> file.getFileName().toString()).sorted().toList());
        }
    }
}
