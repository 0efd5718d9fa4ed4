package dev.baton.sim.fault;

import dev.baton.contract.Rules;
import dev.baton.sim.menu.Fault;
import dev.baton.sim.world.Coordinators;
import dev.baton.sim.world.OtherRules;
import dev.baton.sim.world.SimCoordinator;
import dev.baton.sim.world.SimNode;
import dev.baton.sim.world.World;
import java.util.Optional;

/** Faults of the coordinator's instances. */
public final class CoordinatorFaults {
    /** After it the successor says everything again only with its next snapshot. */
    private static final long LONG = 22_000_000_000L;

    private final World world;
    private final Chance chance;
    private final Churn churn;

    CoordinatorFaults(World world, Chance chance, Churn churn) {
        this.world = world;
        this.chance = chance;
        this.churn = churn;
    }

    void strike(Fault fault) {
        Coordinators coordinators = world.coordinators();
        Optional<SimCoordinator> struck = coordinators.owner();
        if (struck.isEmpty()) {
            coordinators.startIfNone();
            return;
        }
        SimCoordinator owner = struck.get();
        world.trace().line(owner.name(), "FAULT", fault.toString());
        switch (fault) {
            case CRASH_COORDINATOR -> {
                coordinators.kill(owner);
                long pause = world.random().nextInt(4) == 0 ? chance.spell() : chance.spell() / 50;
                world.scheduler().in(pause, coordinators::startIfNone);
            }
            case PAUSE_COORDINATOR -> {
                owner.process().freeze();
                if (world.random().nextBoolean()) {
                    succeedSoon(owner);
                }
                world.scheduler().in(chance.spell(), owner.process()::thaw);
                world.scheduler().in(chance.spell() * 2, () -> coordinators.retire(owner));
            }
            case SECOND_COORDINATOR -> {
                coordinators.start();
                world.scheduler().in(chance.spell() * 2, () -> coordinators.retire(owner));
            }
            case CUT_COORDINATOR -> {
                if (world.random().nextBoolean()) {
                    owner.link().cutSending();
                } else {
                    owner.link().cut(chance.log());
                }
                world.scheduler().in(chance.spell(), owner.link()::heal);
            }
            case INCOMPLETE_HISTORY -> {
                world.hideHistory(Optional.of(world.group().fleet()));
                world.scheduler().in(chance.spell(), () -> world.hideHistory(Optional.empty()));
                coordinators.kill(owner);
                coordinators.startIfNone();
            }
            case OTHER_RULES -> roll();
            case LATE_WORDS -> speakLate(owner);
            case COMPACTED_EARLY -> {
                world.compactEarly();
                speakLateOfMoves(owner, chance.node());
            }
            case LONG_PAUSE -> pauseLong(owner);
            case FOLD_THROWS -> {} // from the first entry on
            default -> throw new IllegalStateException(fault + " is not a coordinator's fault");
        }
    }

    private void roll() {
        switch (world.random().nextInt(4)) {
            case 0 -> {
                world.coordinators().changeRelease();
                world.coordinators().restart();
            }
            case 1 -> {
                boolean newer = world.random().nextInt(4) > 0;
                world.nodes()
                        .forEach(node -> world.scheduler().in(chance.spell(), () -> {
                            if (!world.isCalm()) {
                                install(node, newer);
                            }
                        }));
            }
            case 2 -> install(chance.node(), world.random().nextBoolean());
            default -> churn.adopt(world.random().nextBoolean() ? Rules.NEWEST : OtherRules.VERSION);
        }
    }

    private static void install(SimNode node, boolean newer) {
        node.install(newer);
        node.crash();
        node.start();
    }

    /** Unless the world was mended before: then the owner goes on. */
    private void succeedSoon(SimCoordinator owner) {
        world.scheduler().in(chance.spell() / 2, () -> {
            if (!world.isCalm()) {
                world.coordinators().succeed(owner);
            }
        });
    }

    private void speakLate(SimCoordinator owner) {
        owner.link().cut(chance.log());
        succeedSoon(owner);
        // If it dies first, a part of what it had to say is on the wire, and the last of it is never said.
        world.scheduler().in(chance.spell() * 2, () -> world.coordinators().retire(owner));
        world.scheduler().in(chance.spell() * 2, owner.link()::heal);
    }

    /** What it says late is of EIPs that have left this node since, and the node's agent reads the logs anew. */
    private void speakLateOfMoves(SimCoordinator owner, SimNode from) {
        churn.drain(from.id(), true);
        owner.link().cut(world.logs().assignments());
        succeedSoon(owner);
        long late = chance.spell() * 2;
        world.scheduler().in(late, () -> world.coordinators().retire(owner));
        world.scheduler().in(late, owner.link()::heal);
        world.scheduler().in(late + chance.spell() / 4, () -> {
            if (!world.isCalm()) {
                from.crash();
                from.start();
                churn.drain(from.id(), false);
            }
        });
    }

    private void pauseLong(SimCoordinator owner) {
        world.coordinators().hang(owner);
        world.scheduler().in(LONG, () -> {
            world.trace().line(owner.name(), "goes on", "");
            owner.process().thaw();
            world.scheduler().in(chance.spell(), () -> world.coordinators().ended(owner));
        });
    }
}
