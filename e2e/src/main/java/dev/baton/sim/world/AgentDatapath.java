package dev.baton.sim.world;

import dev.baton.agent.core.AgentState;
import dev.baton.agent.core.Effect;
import dev.baton.agent.core.Input;
import dev.baton.agent.core.NodeLog;
import dev.baton.agent.core.Phase;
import dev.baton.contract.Assignment;
import dev.baton.contract.AssignmentStep;
import dev.baton.contract.DatapathFault;
import dev.baton.contract.Eip;
import dev.baton.contract.EipFailure;
import dev.baton.contract.Epoch;
import dev.baton.contract.Holder;
import dev.baton.contract.Incarnation;
import dev.baton.datapath.KernelLease.Renewal;
import dev.baton.datapath.core.DesiredState;
import dev.baton.datapath.core.DesiredState.EipRoute;
import dev.baton.datapath.core.DesiredState.Role;
import dev.baton.heartbeat.core.Lease;
import dev.baton.sim.menu.Mutant;
import dev.baton.sim.menu.Rare;
import dev.baton.sim.model.BusyThread;
import dev.baton.sim.model.Kernel;
import dev.baton.sim.model.Process;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * Performs on the model of the kernel what the agent's core asks for, and renews the lease beside it. Each change first
 * reads clocks and state, then takes its time, then happens.
 */
public final class AgentDatapath {
    private static final String RENEW = "renew";
    private static final long AGAIN = 10_000_000;

    private final World world;
    private final SimNode node;
    private final Process process;
    private final AgentHeartbeats heartbeats;
    private final Runnable wake;
    private final BusyThread keeper;
    /** Whether the kernel was given a lease, or had one taken over, that nobody took away. */
    private boolean running;
    /** Let go, but perhaps with connections that are still translated to them. */
    private final SortedSet<Eip> released = new TreeSet<>();

    AgentDatapath(World world, SimNode node, Process process, AgentHeartbeats heartbeats, Runnable wake) {
        this.world = world;
        this.node = node;
        this.process = process;
        this.heartbeats = heartbeats;
        this.wake = wake;
        this.keeper = new BusyThread(process);
    }

    private DatapathFault fault() {
        return node.isBroken() ? DatapathFault.TUNNEL_DEVICE : DatapathFault.NONE;
    }

    boolean isDisturbed(AgentState state) {
        return state.programmed().drift().fault() != fault() || !node.kernel().isFenced();
    }

    void perform(Effect.OnKernel effect, AgentState state, NodeLog log, Consumer<Input> then) {
        switch (effect) {
            case Effect.Open _ -> {
                node.kernel().openFence(isFenceEverywhere());
                then.accept(new Input.Opened());
            }
            case Effect.TakeOver _ -> {
                running = node.kernel().leaseRuns();
                if (running) {
                    heartbeats.resumed(node.clock().now() + node.kernel().remaining());
                }
                world.sightings().count(running ? Rare.RESTART_WITHIN_LEASE : Rare.RESTART_AFTER_LEASE);
                then.accept(new Input.TookOver(running));
            }
            case Effect.Withdraw withdraw -> withdraw(withdraw, then);
            case Effect.Apply apply -> apply(apply, state, log, then);
            case Effect.BeginLease(Incarnation incarnation) -> begin(incarnation, then);
            case Effect.Check _ -> {
                node.kernel().makeFence(isFenceEverywhere());
                then.accept(new Input.Checked(fault()));
            }
        }
    }

    private boolean isFenceEverywhere() {
        return !world.has(Mutant.FENCE_ON_ONE_INTERFACE);
    }

    private void withdraw(Effect.Withdraw effect, Consumer<Input> then) {
        process.in(world.applyNanos(), () -> {
            if (world.has(Mutant.ANNOUNCED_WITHOUT_WITHDRAWING)) {
                running = false;
                then.accept(new Input.Withdrawn());
            } else if (node.refusesToLetGo()) {
                world.sightings().count(Rare.NOT_WITHDRAWN);
                then.accept(new Input.Failed(effect, DatapathFault.FIREWALL));
            } else {
                letGoOfEverything();
                then.accept(new Input.Withdrawn());
            }
        });
    }

    private void letGoOfEverything() {
        node.kernel().revoke();
        node.kernel().letGoAll();
        running = false;
    }

    /** Whether every lease that the kernel may have been given has run out: then there is nothing to renew either. */
    boolean isLeaseOver() {
        running = running && node.kernel().leaseRuns();
        return !node.kernel().leaseRuns();
    }

    private void begin(Incarnation incarnation, Consumer<Input> then) {
        long read = node.clock().now();
        Lease lease = heartbeats.lease();
        if (running || lease.untilNanos().isEmpty() || !lease.incarnation().equals(incarnation)) {
            then.accept(new Input.LeaseBegun(false));
            return;
        }
        long until = lease.untilNanos().getAsLong();
        process.in(node.renewalNanos(), () -> {
            running = node.kernel().begin(read, until);
            then.accept(new Input.LeaseBegun(running));
        });
    }

    /** @return false if there is nothing to renew: the lease is to be begun first */
    boolean renewSoon() {
        if (running && !keeper.hasQueued(RENEW)) {
            keeper.take(RENEW, node.renewalNanos(), this::renewal);
        }
        return running;
    }

    /** On a thread of its own, whatever the agent's loop is busy with; after a withdrawal there is nothing to renew. */
    private Runnable renewal() {
        long read = node.clock().now();
        Lease lease = heartbeats.lease();
        long until = lease.untilNanos().orElse(read);
        if (heartbeats.isStuck()) {
            // Withheld, and tried again soon, as the real thread does.
            return () -> process.in(AGAIN, this::renewSoon);
        }
        return () -> {
            if (!running || until <= read || !lease.incarnation().equals(heartbeats.incarnation())) {
                return;
            }
            Renewal renewal = node.kernel().renew(read, until);
            switch (renewal) {
                case RENEWED -> {}
                case LAPSED -> {
                    world.sightings().count(Rare.LEASE_LAPSED);
                    heartbeats.lapse();
                    wake.run();
                }
                case TOO_LATE -> {
                    world.sightings().count(Rare.RENEWAL_TOO_LATE);
                    keeper.take(RENEW, node.renewalNanos(), this::renewal);
                }
            }
        };
    }

    private void apply(Effect.Apply effect, AgentState state, NodeLog log, Consumer<Input> then) {
        if (world.has(Mutant.BEGUN_BEFORE_APPLIED) && state.phase().announced().isEmpty()) {
            then.accept(new Input.Applied(new TreeMap<>()));
            return;
        }
        Effect.Apply wanted = world.has(Mutant.HELD_BEFORE_SHOWN) ? new Effect.Apply(drawn(state)) : effect;
        DesiredState desired = log.desired(wanted.incarnation());
        Map<Eip, Assignment> assignments = state.read().owed().assignments();
        change(wanted, desired, assignments, new TreeMap<>(), then);
    }

    private static Incarnation drawn(AgentState state) {
        return state.phase() instanceof Phase.Announcing(Incarnation last, Incarnation next)
                ? next
                : state.phase().announced().orElse(Incarnation.NONE);
    }

    /** The first difference between what is desired and what the kernel holds, then the next. */
    private void change(
            Effect.Apply effect,
            DesiredState desired,
            Map<Eip, Assignment> assignments,
            TreeMap<Eip, EipFailure> faults,
            Consumer<Input> then) {
        Incarnation incarnation = effect.incarnation();
        Optional<Runnable> stop = letGo(incarnation, desired, assignments);
        if (stop.isEmpty()) {
            forgetConnections(faults);
            if (desired.own().isEmpty()) {
                then.accept(new Input.Applied(faults));
                return;
            }
            // Before an EIP is held, the fence gates it.
            node.kernel().fence(desired.eips().keySet());
        }
        Optional<Runnable> difference = stop.or(() -> hold(incarnation, desired, assignments, faults));
        if (difference.isEmpty()) {
            then.accept(
                    unfence(desired) ? new Input.Applied(faults) : new Input.Failed(effect, DatapathFault.FIREWALL));
            return;
        }
        process.in(world.applyNanos(), () -> {
            if (node.refusesChanges()) {
                then.accept(new Input.Failed(effect, DatapathFault.FIREWALL));
                return;
            }
            difference.get().run();
            change(effect, desired, assignments, faults, then);
        });
    }

    /** An EIP counts as released only when no connection is translated to it any more. */
    private void forgetConnections(TreeMap<Eip, EipFailure> faults) {
        if (node.keepsConnections()) {
            released.forEach(eip -> {
                world.sightings().count(Rare.CONNECTIONS_LEFT);
                faults.put(eip, EipFailure.of(DatapathFault.FIREWALL));
            });
        } else {
            released.forEach(node.kernel()::forgetConnections);
            released.clear();
        }
    }

    /**
     * The fence gates nothing any more that is no EIP; but what connections are translated to it gates.
     *
     * @return false if it cannot be seen to that there are none
     */
    private boolean unfence(DesiredState desired) {
        var freed = new TreeSet<>(node.kernel().fenced());
        freed.removeAll(desired.eips().keySet());
        if (!freed.isEmpty() && node.keepsConnections() && !world.has(Mutant.UNFENCED_WITH_CONNECTIONS)) {
            return false;
        }
        for (Eip eip : freed) {
            if (!node.keepsConnections()) {
                node.kernel().forgetConnections(eip);
            }
            node.kernel().unfence(eip);
        }
        return true;
    }

    private Optional<Runnable> letGo(Incarnation incarnation, DesiredState desired, Map<Eip, Assignment> assignments) {
        for (Map.Entry<Eip, Kernel.Held> held : node.kernel().held().entrySet()) {
            Eip eip = held.getKey();
            Optional<EipRoute> route = Optional.ofNullable(desired.eips().get(eip));
            if (route.filter(known -> mayHold(incarnation, desired, assignments, eip, known))
                    .isEmpty()) {
                return Optional.of(() -> {
                    if (held.getValue().incarnation().equals(incarnation)) {
                        world.deeds().letGo(node, eip, held.getValue());
                    }
                    node.kernel().letGo(eip);
                    released.add(eip);
                    world.trace().line(node.name(), "let go", eip.toString());
                });
            }
        }
        return Optional.empty();
    }

    private Optional<Runnable> hold(
            Incarnation incarnation,
            DesiredState desired,
            Map<Eip, Assignment> assignments,
            TreeMap<Eip, EipFailure> faults) {
        for (Map.Entry<Eip, EipRoute> route : desired.eips().entrySet()) {
            Eip eip = route.getKey();
            boolean missing = !node.kernel().held().containsKey(eip) && !faults.containsKey(eip);
            if (missing && mayHold(incarnation, desired, assignments, eip, route.getValue())) {
                Epoch epoch = route.getValue().epoch();
                return Optional.of(() -> hold(incarnation, eip, epoch, assignments, faults));
            }
        }
        return Optional.empty();
    }

    private void hold(
            Incarnation incarnation,
            Eip eip,
            Epoch epoch,
            Map<Eip, Assignment> assignments,
            TreeMap<Eip, EipFailure> faults) {
        boolean asked = Optional.ofNullable(assignments.get(eip))
                .filter(known -> known.step() == AssignmentStep.ACQUIRE)
                .isPresent();
        if (asked && node.hearsOwner()) {
            faults.put(eip, new EipFailure(DatapathFault.ADDRESS_IN_USE, Optional.of(SimNode.FOREIGN)));
            return;
        }
        if (asked && world.applyFails()) {
            faults.put(eip, EipFailure.of(DatapathFault.ADDRESS));
            return;
        }
        released.remove(eip);
        node.kernel().hold(eip, new Kernel.Held(epoch, incarnation));
        world.deeds().held(node, eip, epoch, incarnation);
        world.trace().line(node.name(), "hold", eip + " epoch=" + epoch + " #" + incarnation);
    }

    private boolean mayHold(
            Incarnation incarnation, DesiredState desired, Map<Eip, Assignment> assignments, Eip eip, EipRoute route) {
        boolean prepares = world.has(Mutant.ACQUIRED_ON_PREPARE)
                && Optional.ofNullable(assignments.get(eip))
                        .filter(known -> known.step() == AssignmentStep.PREPARE)
                        .flatMap(Assignment::successor)
                        .equals(Optional.of(new Holder(node.id(), incarnation)));
        return desired.own().isPresent() && (route.role() instanceof Role.Hold || prepares);
    }
}
