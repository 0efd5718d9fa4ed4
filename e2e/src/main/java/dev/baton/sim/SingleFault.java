package dev.baton.sim;

import dev.baton.contract.Assignment;
import dev.baton.contract.Eip;
import dev.baton.contract.FleetSnapshot.FleetEip;
import dev.baton.contract.NodeId;
import dev.baton.contract.Timings;
import java.util.List;

/**
 * Law 9: in a world at rest one holder loses power and nothing else happens. Another node emits frames with the EIP
 * within the promised bound.
 */
final class SingleFault {
    /** Until a node that a link had held back is heard again; readers and pipes look as often. */
    private static final long LOOK_EVERY = 20_000_000;

    private final World world;
    private final Runnable after;

    /** @param after goes on once the world has answered */
    SingleFault(World world, Runnable after) {
        this.world = world;
        this.after = after;
    }

    /** Strikes if some EIP is held and there is another node to hold it. */
    void strike() {
        List<Assignment> held = world.ledger().fleet().eips().values().stream()
                // A node that failed it a short while ago is no candidate yet: then not all else is well.
                .filter(eip -> eip.quarantined().isEmpty())
                .map(FleetEip::assignment)
                .filter(assignment -> assignment.holder().isPresent())
                .toList();
        if (held.isEmpty() || world.nodes().size() < 2) {
            after.run();
            return;
        }
        Assignment chosen = held.get(world.random().nextInt(held.size()));
        NodeId holder = chosen.holder().orElseThrow().node();
        SimNode node = world.nodes().stream()
                .filter(one -> one.id().equals(holder))
                .findFirst()
                .orElseThrow();
        world.trace().line(node.id().value(), "ALONE", "loses power, holds " + chosen.eip());
        world.countFault();
        node.powerOff();
        await(chosen.eip(), node, world.scheduler().now() + bound());
    }

    private void await(Eip eip, SimNode dead, long deadline) {
        if (!world.emitters(eip).isEmpty()) {
            dead.start();
            after.run();
        } else if (world.scheduler().now() > deadline) {
            throw new LawBroken(
                    LawName.BOUNDED_FAILOVER,
                    eip + " has no emitter " + bound() / 1_000_000 + "ms after its holder lost power: "
                            + world.ledger().fleet().eips().get(eip) + ", silent: "
                            + world.ledger().liveness().nodes().get(dead.id()) + " at "
                            + world.ledger().liveness().clock());
        } else {
            world.scheduler().in(LOOK_EVERY / 4, () -> await(eip, dead, deadline));
        }
    }

    /**
     * The ticks that the eviction timeout takes, and one more that may just have passed, each with its way to the log
     * and back and as late as the coordinator may look; then four ways from log to log, and the successor's work on
     * every EIP that it is given.
     */
    private long bound() {
        Timings timings = world.swarm().settings().timings();
        long period = timings.tunnelMonitorPeriod().toNanos();
        long latency = world.swarm().latency() + LOOK_EVERY / 10;
        long ticks = Math.ceilDiv(timings.eipEvictionTimeout().toNanos(), period) + 2;
        long tick = Math.round((period + period / world.swarm().punctuations())
                        * (1 + 2 * world.swarm().rateError()))
                + 2 * latency;
        long work = 4 * world.swarm().applyNanos() * (1 + world.swarm().eips());
        return ticks * tick + 4 * latency + work + 3 * LOOK_EVERY;
    }
}
