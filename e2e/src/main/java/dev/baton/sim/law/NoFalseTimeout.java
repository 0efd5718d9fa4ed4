package dev.baton.sim.law;

import dev.baton.contract.DatapathAcknowledged;
import dev.baton.contract.FleetEvent;
import dev.baton.contract.Heartbeat;
import dev.baton.contract.LivenessEvent;
import dev.baton.contract.NodeId;
import dev.baton.contract.NodeLeaving;
import dev.baton.contract.PhaseReason;
import dev.baton.contract.RulesAdopted;
import dev.baton.contract.SettingsDeclared;
import dev.baton.contract.Tick;
import dev.baton.contract.Timings;
import dev.baton.contract.TunnelPhaseChanged;
import dev.baton.contract.UnreadableRecord;
import dev.baton.failover.core.LivenessState;
import dev.baton.sim.menu.LawName;
import dev.baton.sim.model.SimLog;
import dev.baton.sim.world.World;
import java.time.Duration;

/**
 * Law 5: nobody is timed out before its last heartbeat that counted has truly lain in the log for the timeout that it
 * stated, as measured by a clock that is wrong by no more than clocks are; and when the log was away, as its append
 * times show, the timeout has truly passed since it came back.
 */
public final class NoFalseTimeout implements Law {
    private long seen;

    @Override
    public LawName name() {
        return LawName.NO_FALSE_TIMEOUT;
    }

    @Override
    public void logsBeganAnew() {
        seen = 0;
    }

    @Override
    public void check(World world) {
        for (; seen < world.ledger().heardEnd(); seen++) {
            for (FleetEvent event : world.ledger().heard(seen).events()) {
                if (event instanceof TunnelPhaseChanged changed && changed.reason() == PhaseReason.SILENT) {
                    timedOut(world, world.logs().heartbeats().get(seen), changed);
                }
            }
        }
    }

    private void timedOut(World world, SimLog.Entry<LivenessEvent> tick, TunnelPhaseChanged changed) {
        SimLog<LivenessEvent> log = world.logs().heartbeats();
        SimLog.Entry<LivenessEvent> last = log.get(changed.lastHeartbeatOffset());
        Duration timeout = timeoutAfter(world, last, changed);
        long since = last.trueTime();
        for (long offset = last.offset() + 1; offset <= tick.offset(); offset++) {
            if (wasAway(world, log.get(offset - 1), log.get(offset))) {
                since = log.get(offset).trueTime();
            }
        }
        long least = Math.round(timeout.toNanos() / (1 + world.swarm().rateError()));
        if (tick.trueTime() - since < least) {
            throw broken(changed.node() + " was timed out " + (tick.trueTime() - since) / 1_000
                    + "us after its heartbeat, or after the log was back; its timeout is "
                    + timeout);
        }
    }

    /** As the heartbeat says; a record that nobody can read lengthens the patience that was known before. */
    private Duration timeoutAfter(World world, SimLog.Entry<LivenessEvent> last, TunnelPhaseChanged changed) {
        NodeId node = changed.node();
        boolean heard = switch (last.value()) {
            case Heartbeat heartbeat -> heartbeat.node().equals(node);
            case UnreadableRecord unread -> unread.node().equals(node);
            case DatapathAcknowledged _, NodeLeaving _, Tick _, SettingsDeclared _, RulesAdopted _ -> false;
        };
        if (!heard) {
            throw broken(changed + " names as last heartbeat " + last);
        }
        LivenessState after = world.ledger().heard(last.offset()).state();
        return after.nodes().get(node).orElseThrow().evictionTimeout();
    }

    private static boolean wasAway(World world, SimLog.Entry<LivenessEvent> before, SimLog.Entry<LivenessEvent> after) {
        Timings timings = world.ledger().liveness(after.offset()).settings().timings();
        Duration three = timings.tunnelMonitorPeriod().multipliedBy(3);
        Duration both = timings.tunnelMonitorPeriod().plus(timings.tunnelUpdatePeriod());
        return Duration.between(before.at(), after.at()).compareTo(three.compareTo(both) > 0 ? three : both) > 0;
    }
}
