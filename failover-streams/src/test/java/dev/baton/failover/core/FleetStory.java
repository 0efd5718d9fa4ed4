package dev.baton.failover.core;

import dev.baton.contract.AckOutcome;
import dev.baton.contract.AddressClaim;
import dev.baton.contract.Assignment;
import dev.baton.contract.Cidr;
import dev.baton.contract.DatapathAcknowledged;
import dev.baton.contract.DatapathFault;
import dev.baton.contract.DatapathMode;
import dev.baton.contract.Decision;
import dev.baton.contract.Decision.Candidate;
import dev.baton.contract.Decision.EipAssigned;
import dev.baton.contract.Decision.TunnelPhaseDecided;
import dev.baton.contract.Declaration;
import dev.baton.contract.Eip;
import dev.baton.contract.FleetEvent;
import dev.baton.contract.FleetId;
import dev.baton.contract.FleetSnapshot.FleetNode;
import dev.baton.contract.GatewayDeclared;
import dev.baton.contract.GatewayId;
import dev.baton.contract.Holder;
import dev.baton.contract.Incarnation;
import dev.baton.contract.IpAddress;
import dev.baton.contract.IpFamily;
import dev.baton.contract.LabelSelector;
import dev.baton.contract.MacAddress;
import dev.baton.contract.NodeDeclared;
import dev.baton.contract.NodeId;
import dev.baton.contract.ObservedPath;
import dev.baton.contract.ParentInterface;
import dev.baton.contract.PhaseReason;
import dev.baton.contract.PolicyDeclared;
import dev.baton.contract.PolicyDeclared.AllocatorPolicy;
import dev.baton.contract.PolicyDeclared.EgressIp;
import dev.baton.contract.PolicyId;
import dev.baton.contract.Pool;
import dev.baton.contract.Rules;
import dev.baton.contract.Sequenced;
import dev.baton.contract.Sequenced.Origin;
import dev.baton.contract.Sequenced.Source;
import dev.baton.contract.Tick;
import dev.baton.contract.TunnelPhase;
import dev.baton.contract.TunnelPhaseChanged;
import dev.baton.contract.Verdict;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Tells the coordination fold a story, entry by entry, and keeps what it decided. */
final class FleetStory {
    static final GatewayId GATEWAY = new GatewayId("egw1");
    static final Duration TICK = Duration.ofMillis(250);

    final List<Sequenced> log = new ArrayList<>();
    final List<List<Decision>> decided = new ArrayList<>();
    FleetState state = FleetState.start(new FleetId("test"));
    private long ticks;

    static NodeId node(int n) {
        return new NodeId("node" + n);
    }

    static Optional<IpAddress> ip(String text) {
        return Optional.of(IpAddress.parse(text));
    }

    List<Decision> tell(FleetEvent event) {
        return tell(entry(event));
    }

    /** The next entry of the log, if this event is the next one. */
    Sequenced entry(FleetEvent event) {
        Optional<Origin> origin = event instanceof Tick
                ? Optional.empty()
                : Optional.of(new Origin(
                        event instanceof Declaration ? Source.DECLARATIONS : Source.HEARTBEATS, log.size(), 0));
        return new Sequenced(state.fleet(), origin, event);
    }

    List<Decision> tell(Sequenced entry) {
        Outcome outcome = Coordination.step(state, log.size(), entry);
        log.add(entry);
        state = outcome.state();
        decided.add(outcome.decisions());
        return outcome.decisions();
    }

    FleetStory gateway(String... ipv4) {
        tell(new GatewayDeclared(
                GATEWAY,
                true,
                Pool.parse("ipv4", IpFamily.V4, List.of(ipv4)),
                Pool.EMPTY,
                Optional.empty(),
                Optional.empty(),
                new LabelSelector(new TreeMap<>(Map.of("egress", "true")), List.of())));
        return this;
    }

    FleetStory node(int n, boolean ready) {
        tell(new NodeDeclared(node(n), new TreeMap<>(Map.of("egress", "true")), true, false));
        return ready ? phase(n, 1, TunnelPhase.READY) : this;
    }

    List<Decision> cordon(int n, boolean cordoned) {
        return tell(new NodeDeclared(node(n), new TreeMap<>(Map.of("egress", "true")), true, cordoned));
    }

    FleetStory phase(int n, long incarnation, TunnelPhase phase) {
        return phase(n, incarnation, phase, Rules.NEWEST);
    }

    /** @param reads the newest rules that its agent knows */
    FleetStory phase(int n, long incarnation, TunnelPhase phase, Rules reads) {
        return phase(n, incarnation, phase, reads, state.nodes().get(node(n)).flatMap(FleetNode::parent));
    }

    /** The node is ready, and in these networks. */
    FleetStory in(int n, String... networks) {
        var parent = new ParentInterface("eth0", ip("192.0.2." + n), Optional.empty())
                .withNetworks(Stream.of(networks).map(Cidr::parse).toList(), List.of());
        return phase(n, 1, TunnelPhase.READY, Rules.NEWEST, Optional.of(parent));
    }

    /** The node is ready, and says this of the paths to others. */
    List<Decision> paths(int n, List<ObservedPath> paths) {
        var parent = new ParentInterface("eth0", ip("192.0.2." + n), Optional.empty()).withPaths(paths);
        phase(n, 1, TunnelPhase.READY, Rules.NEWEST, Optional.of(parent));
        return decided.getLast();
    }

    /** The node is ready, and hears these claims; what was decided but for its phase. */
    List<Decision> claims(int n, List<AddressClaim> claims) {
        var parent = new ParentInterface("eth0", ip("192.0.2." + n), Optional.empty()).withClaims(claims);
        phase(n, 1, TunnelPhase.READY, Rules.NEWEST, Optional.of(parent));
        return decided.getLast().stream()
                .filter(decision -> !(decision instanceof TunnelPhaseDecided))
                .toList();
    }

    /** The node is ready in another incarnation, whose agent acts or only records. */
    FleetStory mode(int n, long incarnation, DatapathMode mode) {
        var parent = new ParentInterface("eth0", ip("192.0.2." + n), Optional.empty()).withMode(mode);
        return phase(n, incarnation, TunnelPhase.READY, Rules.NEWEST, Optional.of(parent));
    }

    /** The verdicts of the last choice, by node. */
    Map<String, Verdict> verdicts() {
        var verdicts = new TreeMap<String, Verdict>();
        decided.stream()
                .flatMap(List::stream)
                .filter(EipAssigned.class::isInstance)
                .map(decision -> ((EipAssigned) decision).candidates())
                .filter(candidates -> !candidates.isEmpty())
                .reduce((earlier, later) -> later)
                .orElse(List.of())
                .forEach((Candidate one) -> verdicts.put(one.node().value(), one.verdict()));
        return verdicts;
    }

    private FleetStory phase(
            int n, long incarnation, TunnelPhase phase, Rules reads, Optional<ParentInterface> parent) {
        tell(new TunnelPhaseChanged(
                node(n),
                new Incarnation(incarnation),
                phase,
                reason(phase),
                phase == TunnelPhase.FAILED ? DatapathFault.ROUTE : DatapathFault.NONE,
                0,
                parent,
                Optional.empty(),
                reads,
                0,
                Duration.ZERO));
        return this;
    }

    private static PhaseReason reason(TunnelPhase phase) {
        return switch (phase) {
            case HEARTBEAT_TIMEOUT -> PhaseReason.SILENT;
            case FAILED -> PhaseReason.DATAPATH_BROKEN;
            case PENDING, INIT, READY, NODE_NOT_READY -> PhaseReason.DATAPATH_READY;
        };
    }

    FleetStory policy(String name, AllocatorPolicy allocator) {
        return policy(name, new EgressIp(Optional.empty(), Optional.empty(), false, allocator));
    }

    FleetStory policy(String name, EgressIp wanted) {
        tell(policyOf(name, wanted));
        return this;
    }

    static PolicyDeclared policyOf(String name, EgressIp wanted) {
        return policyOf(name, wanted, List.of(), 0);
    }

    static PolicyDeclared policyOf(String name, EgressIp wanted, List<Cidr> destinations, long priority) {
        return new PolicyDeclared(
                new PolicyId("default", name),
                Optional.of(GATEWAY),
                wanted,
                destinations,
                new LabelSelector(new TreeMap<>(Map.of("app", name)), List.of()),
                List.of(),
                Optional.empty(),
                priority);
    }

    FleetStory ticks(Duration time) {
        for (Duration passed = Duration.ZERO; passed.compareTo(time) <= 0; passed = passed.plus(TICK)) {
            tell(new Tick("t", 1, ticks++, TICK));
        }
        return this;
    }

    Assignment assignment(String eip) {
        return state.eips().get(Eip.parse(eip)).orElseThrow().assignment();
    }

    NodeId holder(String eip) {
        return assignment(eip).holder().map(Holder::node).orElseThrow();
    }

    /** Whoever is asked to do something for this EIP says this. */
    List<Decision> answer(String eip, AckOutcome outcome) {
        return answer(eip, outcome, Optional.empty());
    }

    /** @param owner the machine that has the EIP already */
    List<Decision> answer(String eip, AckOutcome outcome, Optional<MacAddress> owner) {
        Assignment now = assignment(eip);
        DatapathFault failure = owner.isPresent() ? DatapathFault.ADDRESS_IN_USE : DatapathFault.ADDRESS;
        // A holder may give an EIP up without being asked anything.
        Holder asked = (outcome == AckOutcome.FAILED ? now.holder() : now.askedHolder()).orElseThrow();
        return tell(new DatapathAcknowledged(
                asked.node(),
                asked.incarnation(),
                now.eip(),
                now.epoch(),
                outcome,
                outcome == AckOutcome.FAILED ? failure : DatapathFault.NONE,
                owner,
                Duration.ofMillis(3)));
    }
}
