package dev.baton.sim;

import dev.baton.contract.Assignment;
import dev.baton.contract.Eip;
import dev.baton.contract.Holder;
import dev.baton.contract.Incarnation;
import dev.baton.contract.SettingsInForce;
import dev.baton.contract.Timings;
import dev.baton.contract.Tunnel;
import dev.baton.contract.TunnelPhase;
import dev.baton.datapath.core.DesiredState;
import dev.baton.datapath.core.NodeView;
import dev.baton.failover.core.Views.View;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;

/** What an agent reads: the compacted logs from their beginning, each at its own pace, into the datapath core's fold. */
final class AgentView {
    private static final long PROBE_AGAIN = 100_000_000;

    private final World world;
    private final SimNode node;
    private final Process process;
    private final Consumer<Eip> assigned;
    private final Runnable changed;
    private final Reader<View> tunnels;
    private final Reader<View> assignmentsReader;
    private final Reader<View> policies;
    private final TreeMap<Eip, Assignment> assignments = new TreeMap<>();
    private NodeView fold;
    private Optional<Tunnel> own = Optional.empty();
    private Timings timings = Timings.DEFAULT;
    private long foldedOffset = -1;
    private Optional<Ends> target = Optional.empty();
    private boolean probing;

    /** Where the logs ended when they were asked. */
    private record Ends(long tunnels, long assignments, long policies) {}

    /**
     * @param assigned told of each assignment that was not ignored
     * @param changed told after each
     */
    AgentView(World world, SimNode node, Process process, Consumer<Eip> assigned, Runnable changed) {
        this.world = world;
        this.node = node;
        this.process = process;
        this.assigned = assigned;
        this.changed = changed;
        this.fold = new NodeView(node.id(), node.runDirectory().seen());
        Scheduler scheduler = world.scheduler();
        this.tunnels = new Reader<>(scheduler, node.link(), world.logs().tunnels(), process, e -> read(e.value()));
        this.assignmentsReader =
                new Reader<>(scheduler, node.link(), world.logs().assignments(), process, e -> read(e.value()));
        this.policies = new Reader<>(scheduler, node.link(), world.logs().policies(), process, e -> read(e.value()));
    }

    void open() {
        tunnels.openAt(0);
        assignmentsReader.openAt(0);
        policies.openAt(0);
        restartCatchUp();
    }

    void close() {
        tunnels.close();
        assignmentsReader.close();
        policies.close();
    }

    /** From now on, caught up means: read up to where the logs end at this moment. */
    void restartCatchUp() {
        target = Optional.empty();
        if (!probing) {
            probing = true;
            askForEnds();
        }
    }

    private void askForEnds() {
        world.scheduler().in(node.link().delay(), () -> {
            boolean answered = node.link().canSend()
                    && node.link().canReceive()
                    && world.logs().areUp();
            var ends = new Ends(
                    world.logs().tunnels().end(),
                    world.logs().assignments().end(),
                    world.logs().policies().end());
            if (answered) {
                world.scheduler()
                        .in(
                                node.link().delay(),
                                () -> process.run(() -> {
                                    target = Optional.of(ends);
                                    probing = false;
                                    changed.run();
                                }));
            } else {
                process.in(PROBE_AGAIN, this::askForEnds);
            }
        });
    }

    /** Read up to where the logs ended when that was last asked for. */
    boolean isCaughtUp() {
        return target.filter(ends -> tunnels.position() >= ends.tunnels()
                        && assignmentsReader.position() >= ends.assignments()
                        && policies.position() >= ends.policies())
                .isPresent();
    }

    Timings timings() {
        return timings;
    }

    long foldedOffset() {
        return foldedOffset;
    }

    Incarnation shownIncarnation() {
        return own.map(Tunnel::incarnation).orElse(Incarnation.NONE);
    }

    /** Whether the coordinator has given this incarnation up, or knows a later one. */
    boolean isGivenUp(Incarnation incarnation) {
        return isCaughtUp()
                && own.filter(tunnel -> tunnel.incarnation().supersedes(incarnation)
                                || (tunnel.incarnation().equals(incarnation) && isTimedOut(tunnel.phase())))
                        .isPresent();
    }

    private static boolean isTimedOut(TunnelPhase phase) {
        return phase == TunnelPhase.HEARTBEAT_TIMEOUT || phase == TunnelPhase.NODE_NOT_READY;
    }

    Map<Eip, Assignment> assignments() {
        return assignments;
    }

    Optional<Assignment> assignment(Eip eip) {
        return Optional.ofNullable(assignments.get(eip));
    }

    boolean isNamedHolder() {
        return assignments.values().stream()
                .anyMatch(assignment -> assignment
                        .holder()
                        .filter(h -> h.node().equals(node.id()))
                        .isPresent());
    }

    DesiredState desired(Incarnation incarnation) {
        return fold.desired(incarnation);
    }

    private void read(View view) {
        switch (view) {
            case View.OfTunnel(var id, var tunnel) -> {
                tunnel.ifPresentOrElse(fold::tunnel, () -> fold.tunnelRemoved(id));
                own = id.equals(node.id()) ? tunnel : own;
            }
            case View.OfSettings(SettingsInForce inForce) ->
                timings = inForce.settings().timings();
            case View.OfAssignment(var eip, var assignment) ->
                assignment.ifPresentOrElse(this::read, () -> removed(eip));
            case View.OfPolicy(var policy, var binding) ->
                binding.ifPresentOrElse(fold::policy, () -> fold.policyRemoved(policy));
            case View.OfAlert alert -> {}
        }
        changed.run();
    }

    private void removed(Eip eip) {
        fold.assignmentRemoved(eip);
        assignments.remove(eip);
    }

    private void read(Assignment written) {
        Assignment assignment = world.has(Mutant.OLDER_INCARNATION_ACCEPTED) ? asIfMine(written) : written;
        if (world.has(Mutant.OLDER_EPOCH_ACCEPTED)) {
            forgetEpoch(assignment.eip());
        }
        if (fold.assignment(assignment)) {
            assignments.put(assignment.eip(), assignment);
            node.runDirectory().saw(assignment.eip(), assignment.epoch());
            foldedOffset = Math.max(foldedOffset, assignment.cause());
            assigned.accept(assignment.eip());
        }
    }

    private Assignment asIfMine(Assignment written) {
        return written.withHolders(
                written.holder().map(this::asIfMine), written.successor().map(this::asIfMine));
    }

    private Holder asIfMine(Holder holder) {
        return holder.node().equals(node.id()) ? new Holder(node.id(), node.incarnation()) : holder;
    }

    private void forgetEpoch(Eip eip) {
        fold = new NodeView(node.id(), new TreeMap<>());
        own.ifPresent(fold::tunnel);
        assignments.remove(eip);
        assignments.values().forEach(fold::assignment);
    }
}
