package dev.baton.sim;

import dev.baton.contract.AckOutcome;
import dev.baton.contract.Assignment;
import dev.baton.contract.AssignmentStep;
import dev.baton.contract.DatapathFault;
import dev.baton.contract.DatapathState;
import dev.baton.contract.Eip;
import dev.baton.contract.Epoch;
import dev.baton.contract.Heartbeat;
import dev.baton.contract.Holder;
import dev.baton.contract.Incarnation;
import dev.baton.contract.LivenessEvent;
import dev.baton.contract.NodeLeaving;
import dev.baton.datapath.KernelLease.Renewal;
import dev.baton.datapath.core.DesiredState;
import dev.baton.datapath.core.DesiredState.EipRoute;
import dev.baton.datapath.core.DesiredState.Role;
import dev.baton.heartbeat.core.HeartbeatSchedule;
import dev.baton.heartbeat.core.Incarnations;
import dev.baton.heartbeat.core.Lease;
import dev.baton.heartbeat.core.LeaseTerms;
import dev.baton.heartbeat.core.Sequences;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * One life of a node's agent: heartbeats and lease by the heartbeat core, desired state by the datapath core, both joined
 * as the real process joins them.
 */
final class Agent {
    private static final String RENEW = "renew";
    private static final String APPLY = "apply";
    private static final String WITHDRAW = "withdraw";
    private static final String BEGIN = "begin";

    private final World world;
    private final SimNode node;
    private final Process process;
    private final Pipe<LivenessEvent> pipe;
    private final Answers answers;
    private final Hands hands;
    private final Hands keeper;
    private final AgentView view;
    private LeaseTerms terms;
    private Lease lease = Lease.of(Incarnation.NONE);
    private Sequences sequences = Sequences.after(0);
    private HeartbeatSchedule schedule;
    /** Whether heartbeats go out: an incarnation is announced only when nothing of an older one is held. */
    private boolean announced;

    /** Whether the hands are at work on taking an incarnation away, or on announcing one. */
    private boolean changing;

    private boolean kernelBegun;
    /** The incarnation that the kernel was last brought to. */
    private Incarnation appliedAs = Incarnation.NONE;

    private boolean leaving;
    private long leavesAt;

    Agent(World world, SimNode node) {
        this.world = world;
        // Agents are started with the settings that the fleet began with, whatever holds by now.
        this.terms = LeaseTerms.of(world.swarm().settings().timings());
        this.node = node;
        this.process = new Process(world.scheduler(), node.clock());
        this.pipe = new Pipe<>(
                world.scheduler(),
                world.random(),
                node.link(),
                world.logs().heartbeats(),
                world.swarm().wandering());
        this.answers = new Answers(world, process, pipe);
        this.hands = new Hands(process);
        this.keeper = new Hands(process);
        this.view = new AgentView(world, node, process, this::assigned, this::apply);
        this.schedule = new HeartbeatSchedule(now());
    }

    Process process() {
        return process;
    }

    Incarnation incarnation() {
        return lease.incarnation();
    }

    /** Within the lease it goes on as the same incarnation and touches nothing. */
    void start() {
        RunDirectory run = node.runDirectory();
        long remaining = node.kernel().remaining();
        if (!run.isSpent() && remaining > 0) {
            lease = Lease.restored(run.incarnation(), now() + remaining);
            terms = world.has(Mutant.LEASE_TERMS_FORGOTTEN)
                    ? LeaseTerms.of(world.swarm().settings().timings())
                    : LeaseTerms.restored(world.swarm().settings().timings(), lease, now());
            sequences = Sequences.after(run.sequenceLimit());
            announced = true;
            kernelBegun = true;
        } else {
            lease = Lease.of(run.incarnation());
        }
        view.open();
        wake();
    }

    void die() {
        process.die();
        pipe.abandon();
        view.close();
    }

    /**
     * Asked to stop: its EIPs move away first. The coordinator takes this for the incarnation's last word, so whoever
     * starts after this, even after a kill halfway, must be another incarnation.
     */
    void leave(long patience) {
        if (!leaving) {
            leaving = true;
            if (!world.has(Mutant.LEAVING_FORGOTTEN)) {
                node.runDirectory().spend();
            }
            leavesAt = world.scheduler().now() + patience;
        }
    }

    private long now() {
        return node.clock().now();
    }

    private void wake() {
        terms = terms.wanting(view.timings());
        schedule = schedule.within(now(), terms.wanted().tunnelUpdatePeriod());
        lease = lease.at(now());
        if (announced && (lease.isLapsed() || view.isGivenUp(incarnation()))) {
            lease = lease.lapsed();
            withdraw();
        } else if (!announced && view.isCaughtUp()) {
            announce();
        } else if (announced && schedule.isDue(now())) {
            beat();
        }
        // A stopped agent goes when it holds nothing any more, or when its patience ends.
        if (leaving && (world.scheduler().now() > leavesAt || !view.isNamedHolder())) {
            world.trace().line(node.id().value(), "left", "");
            node.left();
            return;
        }
        long often = terms.wanted().tunnelUpdatePeriod().toNanos() / 2;
        long untilDue = schedule.untilDue(now()).toNanos();
        process.in(announced && untilDue > 0 ? Math.min(often, untilDue) : often, this::wake);
    }

    private Incarnation next() {
        Instant now = world.wallClock();
        boolean coarse = world.has(Mutant.NUMBERED_BY_SECONDS);
        return Incarnations.next(
                incarnation(), view.shownIncarnation(), coarse ? now.truncatedTo(ChronoUnit.SECONDS) : now);
    }

    /** The lease is over: it is taken from the kernel with all that it covered, and this node is silent. */
    private void withdraw() {
        announced = false;
        changing = true;
        hands.take(WITHDRAW, world.applyNanos(), () -> () -> {
            letGoOfEverything();
            view.restartCatchUp();
            changing = false;
        });
    }

    /**
     * The next incarnation is announced when nothing is held any more and the logs were read to their present end: so its
     * first heartbeat says that this node is ready, and what it held may come back to it at once.
     */
    private void announce() {
        if (changing) {
            return;
        }
        changing = true;
        hands.take(BEGIN, world.applyNanos(), () -> () -> {
            letGoOfEverything();
            Incarnation next = next();
            appliedAs = next; // it may hold nothing yet, and holds nothing
            node.runDirectory().begin(next);
            if (leaving) {
                node.runDirectory().spend();
            }
            lease = Lease.of(next);
            sequences = Sequences.after(0);
            announced = true;
            changing = false;
            schedule = new HeartbeatSchedule(now());
            world.acts().began(node, next);
            world.trace().line(node.id().value(), "incarnation", next.toString());
            apply();
        });
    }

    private void letGoOfEverything() {
        node.kernel().revoke();
        node.kernel().letGoAll();
        kernelBegun = false;
    }

    private void beat() {
        long sent = now();
        schedule = schedule.sent(sent, terms.wanted().tunnelUpdatePeriod());
        terms = world.has(Mutant.TIMEOUT_SHORTENED_AT_ONCE)
                ? LeaseTerms.of(terms.wanted())
                : terms.settled(lease, sent);
        if (sequences.isUsedUp()) {
            sequences = sequences.reserved();
            node.runDirectory().reserve(sequences.limit());
        }
        Heartbeat heartbeat = heartbeat();
        sequences = sequences.taken();
        lease = lease.announced(sent, terms.length());
        LeaseTerms sentUnder = terms;
        long expires =
                world.scheduler().now() + terms.wanted().tunnelUpdatePeriod().toNanos();
        pipe.send(heartbeat, expires, () -> process.run(() -> acknowledged(heartbeat.incarnation(), sent, sentUnder)));
        if (leaving) {
            pipe.send(new NodeLeaving(node.id(), incarnation()), expires, () -> {});
        }
    }

    private Heartbeat heartbeat() {
        boolean ready = view.isCaughtUp() && appliedAs.equals(incarnation());
        DatapathState state = ready ? DatapathState.READY : DatapathState.STARTING;
        return new Heartbeat(
                node.id(),
                incarnation(),
                sequences.next(),
                node.isBroken() ? DatapathState.BROKEN : state,
                node.isBroken() ? DatapathFault.TUNNEL_DEVICE : DatapathFault.NONE,
                view.foldedOffset(),
                false,
                terms.stated().eipEvictionTimeout(),
                Optional.of(world.parentOf(node)),
                Instant.EPOCH);
    }

    private void acknowledged(Incarnation incarnation, long sent, LeaseTerms sentUnder) {
        if (!lease.incarnation().equals(incarnation)) {
            return;
        }
        long from = world.has(Mutant.LEASE_FROM_ACKNOWLEDGEMENT) ? now() : sent;
        lease = lease.acknowledged(from, now(), terms.lengthFor(sentUnder));
        if (lease.untilNanos().isEmpty()) {
            return;
        }
        if (kernelBegun && !keeper.hasQueued(RENEW)) {
            keeper.take(RENEW, node.renewalNanos(), this::renewal);
        } else if (!kernelBegun && !hands.hasQueued(RENEW)) {
            hands.take(RENEW, node.renewalNanos(), this::beginning);
        }
    }

    private Runnable beginning() {
        long read = now();
        long until = lease.untilNanos().orElse(read);
        return () -> {
            if (appliedAs.equals(incarnation()) && announced && until > read && !kernelBegun) {
                node.kernel().begin(read, until);
                kernelBegun = true;
                apply();
            }
        };
    }

    /**
     * On a thread of its own, whatever the hands are busy with; only a withdrawal waits for it. So it may come after the
     * lease was found to be over, and never after the next incarnation began.
     */
    private Runnable renewal() {
        long read = now();
        Incarnation incarnation = incarnation();
        long until = lease.untilNanos().orElse(read);
        return () -> {
            if (!incarnation.equals(incarnation()) || !kernelBegun || until <= read) {
                return;
            }
            Renewal renewal = node.kernel().renew(read, until);
            switch (renewal) {
                case RENEWED -> {}
                case LAPSED -> lease = lease.lapsed();
                case TOO_LATE -> keeper.take(RENEW, node.renewalNanos(), this::renewal);
            }
        };
    }

    private void assigned(Eip eip) {
        answers.askedAgain(eip);
    }

    private void apply() {
        if (!hands.hasQueued(APPLY)) {
            hands.take(APPLY, world.applyNanos(), this::change);
        }
    }

    /** The first difference between what is desired and what the kernel holds; when there is none, the answers. */
    private Runnable change() {
        Incarnation incarnation = incarnation();
        if (!announced || !view.isCaughtUp()) {
            return () -> {};
        }
        DesiredState desired = view.desired(incarnation);
        for (Map.Entry<Eip, Kernel.Held> held : node.kernel().held().entrySet()) {
            Optional<EipRoute> route = Optional.ofNullable(desired.eips().get(held.getKey()));
            if (route.filter(known -> mayHold(desired, held.getKey(), known)).isEmpty()) {
                return () -> letGo(held.getKey());
            }
        }
        for (Map.Entry<Eip, EipRoute> route : desired.eips().entrySet()) {
            boolean missing = !node.kernel().held().containsKey(route.getKey());
            if (missing && mayHold(desired, route.getKey(), route.getValue())) {
                return () -> hold(route.getKey(), route.getValue().epoch(), incarnation);
            }
        }
        return this::answer;
    }

    private boolean mayHold(DesiredState desired, Eip eip, EipRoute route) {
        boolean refused =
                !world.has(Mutant.FAILED_TRIED_AGAIN) && node.runDirectory().hasRefused(eip, route.epoch());
        return desired.own().isPresent() && route.role() instanceof Role.Hold && !refused;
    }

    private void letGo(Eip eip) {
        node.kernel().letGo(eip);
        world.trace().line(node.id().value(), "let go", eip.toString());
        apply();
    }

    private void hold(Eip eip, Epoch epoch, Incarnation incarnation) {
        boolean isAsked = view.assignment(eip)
                .filter(known ->
                        known.step() == AssignmentStep.ACQUIRE && known.epoch().equals(epoch))
                .isPresent();
        if (isAsked && world.applyFails()) {
            node.runDirectory().refuse(eip, epoch);
            answers.give(new Holder(node.id(), incarnation), eip, epoch, AckOutcome.FAILED);
        } else {
            node.kernel().hold(eip, new Kernel.Held(epoch, incarnation));
            world.acts().held(node, eip, epoch, incarnation);
            world.trace().line(node.id().value(), "hold", eip + " epoch=" + epoch + " #" + incarnation);
        }
        apply();
    }

    private void answer() {
        appliedAs = incarnation();
        var me = new Holder(node.id(), incarnation());
        for (Assignment assignment : new TreeMap<>(view.assignments()).values()) {
            Optional<AckOutcome> asked = assignment.askedOf(me);
            if (asked.isEmpty() || !answers.owes(assignment) || !isDone(assignment, asked.get())) {
                continue;
            }
            boolean refused = node.runDirectory().hasRefused(assignment.eip(), assignment.epoch());
            answers.give(me, assignment.eip(), assignment.epoch(), refused ? AckOutcome.FAILED : asked.get());
        }
    }

    private boolean isDone(Assignment assignment, AckOutcome asked) {
        boolean held = node.kernel().held().containsKey(assignment.eip());
        return switch (asked) {
            case PREPARED, FAILED -> true;
            case APPLIED -> held && kernelBegun || node.runDirectory().hasRefused(assignment.eip(), assignment.epoch());
            case WITHDRAWN -> !held;
        };
    }
}
