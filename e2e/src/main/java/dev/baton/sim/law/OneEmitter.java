package dev.baton.sim.law;

import dev.baton.contract.Eip;
import dev.baton.contract.IpAddress;
import dev.baton.contract.NodeLiveness;
import dev.baton.contract.TunnelPhase;
import dev.baton.failover.core.LivenessState;
import dev.baton.sim.menu.LawName;
import dev.baton.sim.model.Kernel;
import dev.baton.sim.world.SimNode;
import dev.baton.sim.world.World;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Law 2: at no instant of true time do two nodes emit frames with the same EIP. Emission begins only with a step and
 * ends by itself, so that looking after every step misses no overlap.
 *
 * <p>Also the lemmas on which it stands: at the instant when the log times a node out, that node's lease is over; and
 * no lease outlasts the silence that the last heartbeat which counted allows.
 */
public final class OneEmitter implements Law {
    @Override
    public LawName name() {
        return LawName.ONE_EMITTER;
    }

    @Override
    public void check(World world) {
        var emitters = new TreeMap<String, SimNode>();
        for (SimNode node : world.machines()) {
            boolean emits = false;
            for (Eip eip : node.kernel().sources()) {
                Optional<Kernel.Held> authority = node.emission(eip);
                if (authority.isPresent()) {
                    emits = true;
                    for (String emitted : emitted(eip)) {
                        SimNode other = emitters.put(emitted, node);
                        if (other != null && other != node) {
                            throw broken(emitted + " is emitted by " + describe(other) + " and by " + describe(node));
                        }
                    }
                    checkTimedOut(world, node, eip, authority.get());
                }
            }
            if (emits) {
                checkLease(world, node);
            }
        }
    }

    /** Its addresses: after an adoption, two EIPs may have one in common. */
    private static List<String> emitted(Eip eip) {
        return eip.isNodeAddress()
                ? List.of(eip.toString())
                : eip.addresses().stream().map(IpAddress::toString).toList();
    }

    private void checkTimedOut(World world, SimNode node, Eip eip, Kernel.Held authority) {
        Optional<NodeLiveness> liveness = world.ledger().liveness().nodes().get(node.id());
        if (liveness.isEmpty() || liveness.get().phase() != TunnelPhase.HEARTBEAT_TIMEOUT) {
            return;
        }
        if (!authority.incarnation().supersedes(liveness.get().incarnation())) {
            throw broken(describe(node) + " is timed out as #" + liveness.get().incarnation() + ", but emits " + eip);
        }
    }

    private void checkLease(World world, SimNode node) {
        Optional<NodeLiveness> liveness = world.ledger().liveness().nodes().get(node.id());
        if (liveness.isEmpty() || !liveness.get().incarnation().equals(node.incarnation())) {
            return;
        }
        NodeLiveness known = liveness.get();
        long appended =
                world.logs().heartbeats().get(known.lastHeartbeatOffset()).trueTime();
        double longest =
                silenceOf(world, known).toNanos() * (1 + 2 * world.swarm().rateError());
        if (node.kernel().leaseRuns() && node.kernel().leaseEnds() - appended > longest) {
            throw broken(describe(node) + " outlasts its last heartbeat, appended "
                    + (world.scheduler().now() - appended) / 1_000 + "us ago: " + known);
        }
    }

    /** As it stated; while leases of an earlier log may run, at least as long as was declared in this one. */
    private static Duration silenceOf(World world, NodeLiveness known) {
        LivenessState state = world.ledger().liveness();
        return state.earlierLeases().isEmpty()
                ? known.evictionTimeout()
                : Stream.of(
                                known.evictionTimeout(),
                                state.earlierLeases().get(),
                                state.settings().timings().eipEvictionTimeout())
                        .max(Comparator.naturalOrder())
                        .orElseThrow();
    }

    private static String describe(SimNode node) {
        return node.name() + " (lease left " + node.kernel().remaining() / 1_000 + "us, holds "
                + node.kernel().held() + ")";
    }
}
