package dev.baton.e2e.kube.table;

import static dev.baton.e2e.kube.table.EgressGatewayTableRow.elsewhere;
import static dev.baton.e2e.kube.table.EgressGatewayTableRow.outOfScope;

import java.util.List;

/** Rows that need packets, kernels or a simulated fleet, which other tests have. */
final class EgressGatewayTableElsewhere {
    static final List<EgressGatewayTableRow> ROWS = List.of(
            elsewhere(
                    32,
                    "destSubnet empty, external destination: EIP used",
                    "EgressTrafficE2E",
                    "whatTheClusterItselfAnswersIsNoEgress"),
            elsewhere(
                    33,
                    "destination inside cluster networks: EIP not used",
                    "EgressTrafficE2E",
                    "whatTheClusterItselfAnswersIsNoEgress"),
            elsewhere(
                    34,
                    "destSubnet set, inside: EIP used; outside: not used",
                    "PolicyPriorityTest",
                    "whatThePolicyInFrontIsNotAboutIsTheNextOnes"),
            elsewhere(
                    37,
                    "useNodeIP, gateway moves to another node: egress with that node's address",
                    "LinuxDatapathTest",
                    "useNodeIpLeavesWithTheHoldersAddress"),
            outOfScope(
                    49,
                    "restart scheduler, kube-proxy, calico-node, calico controllers: egress uninterrupted",
                    "Baton talks to none of them; what it does talk to is restarted in row 50"),
            elsewhere(
                    50,
                    "restart API server, etcd or bus: no EIP moves",
                    "CoordinatorCrashE2E",
                    "nobodyIsTimedOutAndNothingMovesBecauseTheLogWasAway"),
            elsewhere(
                    51,
                    "many pods restarted: real pods use the EIP before and after"
                            + " (without fake nodes, which have no agents)",
                    "EgressTrafficE2E",
                    "podsThatAreScaledDeletedAndCreatedAgainLeaveWithTheEip"),
            elsewhere(
                    61,
                    "marks exhausted: no tunnel rather than somebody's mark; one that is freed is used again",
                    "TunnelAddressesTest",
                    "aNodeWithoutAFreeMarkHasNoTunnelUntilOneIsFreed"),
            elsewhere(
                    62,
                    "ip rule deleted, or of another table or priority: made good, others' rules stay",
                    "DriftTest",
                    "driftIsRepaired",
                    "alteredRulesAndRoutesArePutRight"),
            elsewhere(
                    63,
                    "routes gone, or with another next hop: made good",
                    "DriftTest",
                    "driftIsRepaired",
                    "alteredRulesAndRoutesArePutRight"),
            outOfScope(
                    64,
                    "default-route parent with only a /32 address: skipped, next address used",
                    "Baton takes the parent's first address that is no EIP; it needs no subnet"),
            elsewhere(
                    65,
                    "eviction timeout < monitor + update period: the process refuses to start",
                    "CliE2E",
                    "understandsNoNonsense"),
            elsewhere(
                    68,
                    "old holder isolated: the new one speaks only when the old one must have stopped",
                    "LabE2E",
                    "aHolderCutFromKafkaAloneLetsGoBeforeAnotherTakesOver",
                    "aFrozenHolderIsSilencedByItsKernelBeforeAnotherSpeaksAndStaysSilentWhenThawed"),
            elsewhere(
                    69,
                    "an agent's clock is wrong: no false timeout, no delay (law 5, crooked clocks)",
                    "SimulatorTest",
                    "everyLawHoldsAfterEveryStepOfManySeeds"));

    private EgressGatewayTableElsewhere() {}
}
