package dev.baton.sim.law;

import dev.baton.contract.FleetEvent;
import dev.baton.contract.Incarnation;
import dev.baton.contract.NodeId;
import dev.baton.contract.PhaseReason;
import dev.baton.contract.TunnelPhaseChanged;
import dev.baton.sim.menu.LawName;
import dev.baton.sim.world.Deeds;
import dev.baton.sim.world.SimNode;
import dev.baton.sim.world.World;
import java.util.TreeMap;

/**
 * A part of law 3: an incarnation that ended does not come back. A node that was timed out is heard of again only as
 * another incarnation, and an agent whose lease lapsed is silent until it is another: its heartbeats would only delay
 * the failover.
 */
public final class NoReturn implements Law {
    private final TreeMap<NodeId, Incarnation> timedOut = new TreeMap<>();
    private long seen;

    @Override
    public LawName name() {
        return LawName.ONLY_GROWING;
    }

    @Override
    public void logsBeganAnew() {
        timedOut.clear();
        seen = 0;
    }

    @Override
    public void check(World world) {
        for (; seen < world.ledger().heardEnd(); seen++) {
            world.ledger().heard(seen).events().forEach(this::heard);
        }
        world.deeds().recent().forEach(this::deed);
    }

    private void heard(FleetEvent event) {
        if (!(event instanceof TunnelPhaseChanged changed)) {
            return;
        }
        if (changed.incarnation().equals(timedOut.get(changed.node()))) {
            throw broken(
                    changed.node() + " was timed out as #" + changed.incarnation() + " and comes back in " + changed);
        }
        if (changed.reason() == PhaseReason.SILENT) {
            timedOut.put(changed.node(), changed.incarnation());
        }
    }

    private void deed(Deeds.Deed deed) {
        if (deed instanceof Deeds.Deed.SpokeLapsed(SimNode node, Incarnation incarnation)) {
            throw broken(node.name() + " sends a heartbeat as #" + incarnation + ", whose lease has lapsed");
        }
    }
}
