package dev.baton.e2e.kube.table;

import static dev.baton.e2e.kube.table.EgressGatewayTableRow.elsewhere;
import static dev.baton.e2e.kube.table.EgressGatewayTableRow.outOfScope;

import java.util.List;

/**
 * Rows that need packets, kernels, Kafka or a simulated fleet, which other tests have, and rows about what Baton does
 * not have.
 */
final class OtherProjectsElsewhere {
    /** Of assignment and of nodes that fail. */
    static final List<EgressGatewayTableRow> FAILURES = List.of(
            outOfScope(
                    4,
                    "EIP equals a node's address: refused",
                    "not looked at, as in EgressGateway: whoever writes the pool keeps it apart from nodes' addresses"),
            outOfScope(
                    7,
                    "IPv4 EIP on nodes that host only IPv6: not assigned",
                    "not looked at: a gateway's selector names nodes that can; no node says which families it hosts"),
            elsewhere(
                    18,
                    "destSubnet and podSelector: only matching destinations use the EIP",
                    "PolicyPriorityTest",
                    "whatThePolicyInFrontIsNotAboutIsTheNextOnes"),
            elsewhere(
                    26,
                    "holder unreachable: EIP on another node, pods leave with it",
                    "NodeFailoverE2E",
                    "whenTheCableOfTheHolderIsPulledTheEipMovesAndDoesNotComeBackWithIt"),
            elsewhere(
                    32,
                    "heartbeats are missing for up to twelve ticks: nobody is timed out, so nothing moves",
                    "LivenessTest",
                    "timesOutAtTheThirteenthCountedTickAfterTheLastHeartbeatAndNotEarlier"),
            elsewhere(
                    35,
                    "holder's agent frozen: another node has the EIP, and the old one is silent before that",
                    "LabE2E",
                    "aFrozenHolderIsSilencedByItsKernelBeforeAnotherSpeaksAndStaysSilentWhenThawed"),
            elsewhere(
                    36,
                    "it is thawed: no second holder at any instant, and no move back",
                    "LabE2E",
                    "aFrozenHolderIsSilencedByItsKernelBeforeAnotherSpeaksAndStaysSilentWhenThawed"),
            elsewhere(
                    38,
                    "speaker killed and kept from starting: another sends; when it returns nothing moves",
                    "NodeFailoverE2E",
                    "whenTheAgentIsKilledAndNotStartedAgainTheEipMoves"),
            outOfScope(
                    39, "preferred node excluded, then restored", "no node is preferred: nothing moves that need not"),
            outOfScope(
                    40,
                    "NetworkUnavailable or exclude label on a node: not announced from it",
                    "Baton reads no such label; a gateway's nodeSelector may, and row 57 is what happens then"),
            elsewhere(
                    41,
                    "EIP's node shut down: another node, statuses and egress address right",
                    "NodeFailoverE2E",
                    "whenTheHolderLosesPowerAnotherNodeSendsWithItsEip"),
            elsewhere(
                    43,
                    "each component restarted: agent, coordinator, broker, bridge, API server",
                    List.of(
                            "LabE2E.anAgentRestartedWithinItsLeaseCostsNoPacket",
                            "CoordinatorCrashE2E.decisionsGoOnWhenCoordinatorsDieOneAfterTheOther",
                            "CoordinatorCrashE2E.nobodyIsTimedOutAndNothingMovesBecauseTheLogWasAway",
                            "BridgeOutageE2E.aTakeoverAloneChangesNoObject",
                            "NodeFailoverE2E.whileTheApiServerIsDeadTheEipMovesAllTheSameAndStatusesCatchUp")),
            elsewhere(44, "leader killed: a second node takes over", "LabE2E", "aKilledHolderIsSucceeded"),
            elsewhere(
                    45,
                    "taken away for good (--cleanup): nothing of it is left on the node",
                    "LinuxDatapathTest",
                    "cleanupLeavesTheNodeAsItWas"),
            outOfScope(
                    46, "API server's health check fails: its VIP withdrawn", "Baton gives the API server no address"),
            elsewhere(
                    47,
                    "all pods deleted, then made anew: they leave with the EIP again",
                    "EgressTrafficE2E",
                    "podsThatAreScaledDeletedAndCreatedAgainLeaveWithTheEip"),
            outOfScope(48, "BFD sessions follow the selected nodes", "no BFD: heartbeats go through the log"),
            outOfScope(49, "NAT gateway of two replicas", "an EIP has one holder at a time, no replicas"),
            elsewhere(
                    50,
                    "holder's cable pulled and plugged in again: one holder",
                    "NodeFailoverE2E",
                    "whenTheCableOfTheHolderIsPulledTheEipMovesAndDoesNotComeBackWithIt"),
            elsewhere(
                    51,
                    "old holder is back with the EIP still on it: it says nothing",
                    "LabE2E",
                    "aHolderThatIsSwitchedOffIsSucceededAndSaysNothingWhenItsLinksReturn"),
            elsewhere(
                    52,
                    "power off; clean stop (a reboot by sysrq is a power loss to everybody else)",
                    "NodeFailoverE2E",
                    "whenTheHolderLosesPowerAnotherNodeSendsWithItsEip",
                    "anAgentThatIsReplacedHasItsEipMovedFirst"),
            outOfScope(
                    53,
                    "data NIC down, management NIC up: moves",
                    "the agent reports PARENT_INTERFACE and the EIP moves as for any broken datapath; no test pulls"
                            + " that cable alone"),
            elsewhere(
                    54,
                    "agent stopped by SIGTERM, its kernel goes on: EIPs gone first, old node silent",
                    List.of(
                            "NodeFailoverE2E.anAgentThatIsReplacedHasItsEipMovedFirst",
                            "AgentE2E.leavesOnlyWhenItsEipsWereMovedAway")),
            elsewhere(
                    55,
                    "node returns after its EIP moved, agent not in step yet: it says nothing",
                    "LabE2E",
                    "aHolderThatIsSwitchedOffIsSucceededAndSaysNothingWhenItsLinksReturn"),
            elsewhere(
                    56,
                    "B down, C takes over, B is back: the EIP stays on C",
                    "NodeFailoverE2E",
                    "whenTheHolderLosesPowerAnotherNodeSendsWithItsEip"));

    /** Of split brains, pauses, clocks and a store that is away. */
    static final List<EgressGatewayTableRow> TIME = List.of(
            elsewhere(
                    58,
                    "process hangs: the kernel's lease ends before anybody takes over",
                    List.of(
                            "KernelLeaseTest.aLeaseThatIsNotRenewedSilencesTheNodeByItselfAndCannotBeRevived",
                            "LabE2E.aFrozenHolderIsSilencedByItsKernelBeforeAnotherSpeaksAndStaysSilentWhenThawed")),
            elsewhere(
                    59,
                    "timeout changed at run time: nobody counts less than a lease that still runs",
                    "LeaseTermsTest",
                    "statesATimeoutThatCoversALongerLeaseOfAnEarlierProcess",
                    "statesTheShorterTimeoutOnceTheLongerLeaseNoLongerReachesBeyondIt"),
            outOfScope(60, "pause mode", "there is none; a drain or a cordon is for one node"),
            outOfScope(61, "failsafe: store down, all members reachable: holder stays", "failsafe: peers is not built"),
            outOfScope(62, "failsafe: a member killed meanwhile: holder gives up", "failsafe: peers is not built"),
            outOfScope(63, "failsafe: unknown member is not promoted", "failsafe: peers is not built"),
            outOfScope(64, "failsafe: store back, known member promoted", "failsafe: peers is not built"),
            elsewhere(
                    65,
                    "two nodes of one name: the second stays silent and says so",
                    "AgentStepTest",
                    "isSilentWhileAnotherMachineUsesItsNameAndAnnouncesItselfWhenThatOneIsTimedOut"),
            elsewhere(
                    66,
                    "two holders that do not see each other: at most one sends (law 2)",
                    List.of(
                            "SimulatorTest.everyLawHoldsAfterEveryStepOfManySeeds",
                            "LabE2E.aHolderCutFromKafkaAloneLetsGoBeforeAnotherTakesOver")),
            elsewhere(
                    67,
                    "random partitions, healed: at most one holder, all laws at rest",
                    "SimulatorTest",
                    "everyLawHoldsAfterEveryStepOfManySeeds"),
            elsewhere(
                    68,
                    "store without one of its nodes goes on; without all nothing is decided, and all recovers",
                    List.of(
                            "EmbeddedBrokerTest.threeNodesGoOnWithoutOneOfThem",
                            "CoordinatorCrashE2E.nobodyIsTimedOutAndNothingMovesBecauseTheLogWasAway")),
            elsewhere(
                    69,
                    "an EIP moves only when its old holder let go or its lease has ended",
                    "CoordinationTest",
                    "neverAcquiresWhileALiveHolderHasNotReleased",
                    "movesAnEipAtOnceWhenItsHolderIsTimedOut"),
            elsewhere(
                    70,
                    "standby: a cordoned node is emptied, ending it moves nothing back (there is no maintenance mode)",
                    "BridgeE2E",
                    "cordonAndDrainMoveEipsAndUncordonMovesNothingBack"),
            elsewhere(
                    71,
                    "all stopped and started: no EIP lost (law 6), no move that need not be (law 7)",
                    List.of(
                            "SimulatorTest.everyLawHoldsAfterEveryStepOfManySeeds",
                            "LabE2E.whenAllNodesAreDownTheFirstThatReturnsGetsTheSameEip")),
            elsewhere(
                    72,
                    "timeout at its tick exactly, once",
                    "LivenessTest",
                    "timesOutAtTheThirteenthCountedTickAfterTheLastHeartbeatAndNotEarlier"),
            elsewhere(
                    73,
                    "several nodes fall silent: the others are not touched (law 5)",
                    "SimulatorTest",
                    "everyLawHoldsAfterEveryStepOfManySeeds"),
            outOfScope(74, "Raft under faults", "Kafka's own: Baton has no consensus of its own"),
            elsewhere(
                    75,
                    "node dies while the coordinator fails over: timed out all the same",
                    "LabE2E",
                    "aCoordinatorKilledDuringAFailoverFinishesIt"),
            elsewhere(
                    76,
                    "coordinator away: silence that was counted stays counted, and the dead node is timed out",
                    "LivenessTest",
                    "anAbsentCoordinatorCostsTheDeadNothingAndTheLivingNothing"),
            elsewhere(
                    77,
                    "coordinator stands still: no healthy node is timed out for it",
                    "LivenessTest",
                    "anAbsentCoordinatorCostsTheDeadNothingAndTheLivingNothing"),
            elsewhere(
                    78,
                    "brokers bounced: one of three, all",
                    List.of(
                            "EmbeddedBrokerTest.threeNodesGoOnWithoutOneOfThem",
                            "CoordinatorCrashE2E.nobodyIsTimedOutAndNothingMovesBecauseTheLogWasAway")),
            elsewhere(
                    79,
                    "log away, links cut or slow, in any order",
                    "SimulatorTest",
                    "everyLawHoldsAfterEveryStepOfManySeeds"),
            outOfScope(
                    80, "suspicion and refutation", "nobody is suspected: ticks are counted, by one reader of one log"),
            elsewhere(
                    81,
                    "who observes was cut off itself: everybody has a fresh grace",
                    "LivenessTest",
                    "anOutageOfTheLogGivesEveryNodeAFreshGrace"),
            elsewhere(
                    82,
                    "clocks wrong, on agents, coordinators and brokers: no false timeout, no overlap (laws 2 and 5)",
                    "SimulatorTest",
                    "everyLawHoldsAfterEveryStepOfManySeeds"),
            elsewhere(
                    83,
                    "long pause in the midst of a renewal or a change: what is too old by then is refused",
                    List.of(
                            "KernelLeaseTest.aRenewalThatSleptBetweenReadingTheClockAndTheChangeIsRefused",
                            "AgentE2E.losesItsLeaseWhenFrozenAndComesBackAsANewIncarnationThatSaysWhenItIsReady")),
            elsewhere(
                    84,
                    "assignments twice, out of order, replayed: the highest epoch counts, once",
                    List.of(
                            "NodeViewTest.ignoresAnOlderEpochAlsoAfterRemovalAndRestart",
                            "OwedAcknowledgementsTest.answersAgainWhenTheRecordIsReadAgain")));

    /** Of operations, scale and what is told. */
    static final List<EgressGatewayTableRow> OPERATIONS = List.of(
            elsewhere(
                    85,
                    "switchover: to a named candidate, to one that is not eligible (none at a set time)",
                    List.of("EgressGatewayTableNodes.moved", "CliE2E.saysWhyItRefuses")),
            outOfScope(
                    86,
                    "failover priorities of nodes",
                    "all eligible nodes are alike; the one with the fewest EIPs gets it"),
            elsewhere(
                    87,
                    "history: each move with time, from, to, reason",
                    List.of(
                            "CliE2E.movesDrainsExplainsAndReplays",
                            "BridgeE2E.movesAnEipWhenTheHoldersAgentDiesAndShowsItAsTheDocumentsDo")),
            elsewhere(88, "operator moves an EIP; target not Ready: refused", "EgressGatewayTableNodes", "moved"),
            elsewhere(
                    89,
                    "cordon or drain annotation: EIPs leave first, connections go on",
                    "NodeFailoverE2E",
                    "aDrainByAnnotationMovesTheEipAndNoConnectionEnds",
                    "aCordonMovesTheEipAndNoConnectionEnds"),
            outOfScope(
                    94,
                    "golden inputs decide the same in every version",
                    "there is one version; baton replay compares decisions of a log, from the second version on"),
            outOfScope(95, "what-if of losing a node equals the real loss", "there is no what-if command"),
            elsewhere(
                    96,
                    "all statuses deleted; no bridge for long: no move, and all is shown again",
                    List.of(
                            "BridgeE2E.deletedStatusesComeBackWithoutAMove",
                            "BridgeOutageE2E.failoverGoesOnWithoutAnyBridgeAndIsShownAfterwards")),
            elsewhere(
                    97,
                    "a recorded log decides the same again (of minutes, not of 30 days)",
                    "LabE2E",
                    "theLogsOfAllThatDecideTheSameAgain"),
            elsewhere(
                    98,
                    "planned drain under long connections: none is reset (three nodes' pods, not a thousand)",
                    "NodeFailoverE2E",
                    "aDrainByAnnotationMovesTheEipAndNoConnectionEnds"),
            elsewhere(
                    99,
                    "many nodes lost at once: the brake holds as it is set, then lets go; spread over the rest",
                    "CoordinationTest",
                    "theBrakeHoldsMovesWhileTooManyAreSilentAndLetsThemGoAfterwards",
                    "spreadsTheEipsOfADeadNodeOverAllSurvivors"),
            elsewhere(
                    100,
                    "UDP and TCP all through a failover: gap, losses and resets are bounded",
                    "LabE2E",
                    "aKilledHolderIsSucceeded",
                    "aDrainMovesTheEipWithoutWaitingForAnySilence"));

    private OtherProjectsElsewhere() {}
}
