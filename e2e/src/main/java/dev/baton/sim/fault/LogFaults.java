package dev.baton.sim.fault;

import dev.baton.contract.FleetSnapshot;
import dev.baton.contract.LivenessSnapshot;
import dev.baton.failover.core.FleetState;
import dev.baton.sim.menu.Fault;
import dev.baton.sim.model.Committed;
import dev.baton.sim.model.Logs;
import dev.baton.sim.model.SimLog;
import dev.baton.sim.world.World;
import java.time.Duration;
import java.util.List;

/** Faults of Kafka. */
public final class LogFaults {
    private static final int LONGEST_TAIL = 12;

    private final World world;
    private final Chance chance;
    private final Churn churn;

    LogFaults(World world, Chance chance, Churn churn) {
        this.world = world;
        this.chance = chance;
        this.churn = churn;
    }

    void strike(Fault fault) {
        switch (fault) {
            case LOG_OUTAGE -> outage();
            case LEADER_CHANGE -> leaderChange();
            case UNREADABLE_RECORD -> unreadable();
            case RETENTION -> retain();
            case LOST_TAIL -> loseTail();
            case LOGS_MADE_ANEW -> {
                if (areLeasesAsDeclared()) {
                    makeAnew();
                }
            }
            case CARRIED_OVER -> {
                world.trace().line("log", "FAULT", fault.toString());
                churn.seal(true);
                world.scheduler().in(chance.spell(), this::export);
            }
            case HOLE_IN_HEARTBEATS -> {
                retainNothing(world.logs().heartbeats(), fault);
                world.coordinators().restart();
            }
            case HOLE_IN_FLEET_LOG -> {
                SimLog<?> log = world.logs().fleet();
                world.trace().line("log", "FAULT", fault.toString());
                log.loseAll();
                world.scheduler().in(chance.spell(), log::bringBack);
            }
            default -> throw new IllegalStateException(fault + " is not a log's fault");
        }
    }

    private void outage() {
        List<SimLog<?>> struck = world.random().nextBoolean() ? world.logs().all() : List.of(chance.log());
        world.trace().line("log", "FAULT", "LOG_OUTAGE of " + struck.size());
        struck.forEach(SimLog::goDown);
        world.scheduler().in(chance.spell(), () -> struck.forEach(SimLog::comeUp));
    }

    private void leaderChange() {
        SimLog<?> log = chance.log();
        long clock = Math.round(world.random().nextGaussian() * world.swarm().timeoutNanos());
        world.trace().line("log", "FAULT", "LEADER_CHANGE of " + log.name() + " by " + clock / 1_000_000 + "ms");
        log.changeLeader(clock);
    }

    private void unreadable() {
        SimLog<?> log = chance.log();
        world.trace().line("log", "FAULT", "UNREADABLE_RECORD in " + log.name());
        if (log.isUp()) {
            log.appendUnreadable(world.random().nextBoolean() ? world.fleetId() : world.neighbour());
        }
    }

    /** Declarations that were taken, and heartbeats and fleet entries before the snapshots that a start would use. */
    private void retain() {
        Logs logs = world.logs();
        Committed read = world.coordinators().read();
        logs.declarations().retainFrom(read.declarations());
        logs.snapshots(LivenessSnapshot.class, read.heartbeats()).wholeAt().ifPresent(logs.heartbeats()::retainFrom);
        logs.snapshots(FleetSnapshot.class, read.fleet()).wholeAt().ifPresent(logs.fleet()::retainFrom);
        world.trace()
                .line(
                        "log",
                        "FAULT",
                        "RETENTION heartbeats=" + logs.heartbeats().begin() + " fleet="
                                + logs.fleet().begin());
    }

    private void retainNothing(SimLog<?> log, Fault fault) {
        world.trace().line("log", "FAULT", fault.toString());
        log.retainFrom(log.end());
    }

    private void loseTail() {
        SimLog<?> log = chance.log();
        long lost = Math.min(log.end(), 1 + world.random().nextInt(LONGEST_TAIL));
        world.trace().line("log", "FAULT", "LOST_TAIL of " + log.name() + ", " + lost + " entries");
        log.cutAt(log.end() - lost);
    }

    /**
     * A new log cannot know of a lease that is longer than the timeout that was declared for it, if its node is silent.
     */
    private boolean areLeasesAsDeclared() {
        Duration declared = churn.settings().timings().lease();
        return world.nodes().stream()
                .flatMap(node -> node.runDirectory().session().stream())
                .allMatch(session -> session.longest().compareTo(declared) <= 0);
    }

    /** If the seal was not decided yet, all stays as it is. */
    private void export() {
        FleetState from = world.ledger().fleet();
        if (world.isCalm()) {
            return; // it is opened again
        }
        if (from.sealed()) {
            world.scheduler().in(chance.spell(), () -> carryOver(from.snapshot(0)));
        } else {
            churn.seal(false);
        }
    }

    /** The old log goes on meanwhile, but decides nothing. */
    private void carryOver(FleetSnapshot file) {
        FleetState now = world.ledger().fleet();
        if (world.isCalm() || !now.sealed() || !now.lineage().equals(file.lineage())) {
            return; // it is opened again, or the logs were made anew
        }
        world.trace().line("log", "carried", "over, after " + file.lastEpoch());
        // A new log cannot tell two machines of one name apart before it has heard one of them.
        world.endTwins();
        world.coordinators().endAll();
        world.makeLogsAnew();
        world.coordinators().start();
        world.carryOver(file.lastEpoch());
        churn.carryOver(file);
    }

    /** Coordinators are stopped for it, and one is started again; agents and kernels go on. */
    private void makeAnew() {
        world.trace().line("log", "FAULT", "LOGS_MADE_ANEW");
        world.coordinators().endAll();
        world.makeLogsAnew();
        world.coordinators().start();
        churn.declareAll();
    }
}
