package dev.baton.agent.core;

import dev.baton.contract.Assignment;
import dev.baton.contract.AssignmentStep;
import dev.baton.contract.DatapathFault;
import dev.baton.contract.Eip;
import dev.baton.contract.EipFailure;
import dev.baton.contract.Epoch;
import dev.baton.contract.GatewayId;
import dev.baton.contract.Holder;
import dev.baton.contract.Incarnation;
import dev.baton.contract.IpAddress;
import dev.baton.contract.MacAddress;
import dev.baton.contract.Mark;
import dev.baton.contract.MoveReason;
import dev.baton.contract.NodeId;
import dev.baton.contract.ParentInterface;
import dev.baton.contract.PhaseReason;
import dev.baton.contract.Rules;
import dev.baton.contract.Tunnel;
import dev.baton.contract.TunnelPhase;
import dev.baton.heartbeat.core.Lease;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** An agent's life in the agent's words: what happens to it, and what it does, one moment after the other. */
final class AgentStory {
    static final NodeId NODE = new NodeId("node1");
    static final NodeId OTHER = new NodeId("node2");
    static final Eip EIP = Eip.parse("10.6.1.55");
    static final ParentInterface HERE =
            new ParentInterface("eth0", Optional.of(IpAddress.parse("192.0.2.1")), Optional.empty());
    static final ParentInterface ELSEWHERE =
            new ParentInterface("eth0", Optional.of(IpAddress.parse("192.0.2.77")), Optional.empty());
    static final Incarnation FIRST = new Incarnation(7);
    static final long SECOND = Duration.ofSeconds(1).toNanos();

    private AgentState state;
    private Lease lease;
    private long now = 1_000 * SECOND;
    private boolean caughtUp;
    boolean deaf;
    boolean outdated;
    private boolean kernelLeaseOver;
    private boolean kernelLeaseRuns = true;
    private boolean leavingHeard;
    private long cause = 100;
    private Optional<Tunnel> own = Optional.empty();
    private boolean tunnelComesFirst = true;
    private ParentInterface here = HERE;
    private Rules rules = Rules.FIRST;
    private Optional<Class<? extends Effect.OnKernel>> failing = Optional.empty();
    private SortedMap<Eip, EipFailure> faults = new TreeMap<>();
    private DatapathFault drift = DatapathFault.NONE;
    private boolean canWrite = true;
    private List<String> done = new ArrayList<>();

    private AgentStory(AgentState state, Lease lease) {
        this.state = state;
        this.lease = lease;
    }

    static AgentStory starting() {
        return new AgentStory(AgentState.starting(NODE, FIRST, Optional.empty(), 1_000 * SECOND), Lease.of(FIRST));
    }

    /** Its run directory is lost: it does not know what it was. */
    static AgentStory startingWithoutMemory() {
        return new AgentStory(
                AgentState.starting(NODE, Incarnation.NONE, Optional.empty(), 1_000 * SECOND),
                Lease.of(Incarnation.NONE));
    }

    static AgentStory resuming() {
        return new AgentStory(
                AgentState.resuming(NODE, FIRST, Optional.empty(), 1_000 * SECOND),
                Lease.restored(FIRST, 1_002 * SECOND));
    }

    /** Holding {@link #EIP}, acknowledged. */
    static AgentStory holding() {
        AgentStory story = starting();
        story.goesOn();
        story.reads().goesOn();
        story.granted().goesOn();
        story.assigned(1, AssignmentStep.ACQUIRE).goesOn();
        story.done = new ArrayList<>();
        return story;
    }

    AgentState state() {
        return state;
    }

    Incarnation incarnation() {
        return lease.incarnation();
    }

    long cause() {
        return cause;
    }

    AgentStory reads() {
        caughtUp = true;
        return this;
    }

    AgentStory granted() {
        lease = lease.acknowledged(now, now, Duration.ofSeconds(3));
        return this;
    }

    AgentStory after(Duration time) {
        now += time.toNanos();
        lease = lease.at(now);
        return this;
    }

    AgentStory failing(Class<? extends Effect.OnKernel> effect) {
        failing = Optional.of(effect);
        return this;
    }

    AgentStory mended() {
        failing = Optional.empty();
        faults = new TreeMap<>();
        return this;
    }

    AgentStory failingToHold(Eip eip) {
        faults.put(eip, EipFailure.of(DatapathFault.ADDRESS));
        return this;
    }

    AgentStory drifted(DatapathFault fault) {
        drift = fault;
        return this;
    }

    AgentStory unableToWrite(boolean unable) {
        canWrite = !unable;
        return this;
    }

    AgentStory kernelLeaseLost() {
        kernelLeaseRuns = false;
        return this;
    }

    AgentStory kernelLeaseOver() {
        kernelLeaseOver = true;
        return this;
    }

    AgentStory leavingHeard() {
        leavingHeard = true;
        return this;
    }

    /** The coordinator says this of the node. */
    AgentStory shown(Incarnation incarnation, TunnelPhase phase, ParentInterface at) {
        own = Optional.of(tunnel(incarnation, phase, at, ++cause));
        return happens(new Input.News(List.of(), own, cause, Optional.empty(), rules));
    }

    static Tunnel tunnel(Incarnation incarnation, TunnelPhase phase, ParentInterface at, long cause) {
        return new Tunnel(
                NODE,
                MacAddress.ofNode(NODE),
                IpAddress.parse("172.31.0.1"),
                IpAddress.parse("fd11::1"),
                Mark.FIRST_NODE,
                phase,
                PhaseReason.ALLOCATED,
                DatapathFault.NONE,
                incarnation,
                Optional.of(at),
                -1,
                cause);
    }

    /** Its machine has another address from now on. */
    AgentStory movedTo(ParentInterface at) {
        here = at;
        return this;
    }

    /** What it is asked comes before its own tunnel, which is in another topic. */
    AgentStory withoutTunnel() {
        tunnelComesFirst = false;
        return this;
    }

    /** The node, in its incarnation of now, is the one that the step asks. */
    AgentStory assigned(long epoch, AssignmentStep step) {
        return assigned(epoch, step, new Holder(NODE, lease.incarnation()));
    }

    AgentStory assigned(long epoch, AssignmentStep step, Holder to) {
        var other = new Holder(OTHER, new Incarnation(4));
        if (own.isEmpty() && tunnelComesFirst) {
            own = Optional.of(tunnel(lease.incarnation(), TunnelPhase.READY, HERE, ++cause));
        }
        boolean prepares = step == AssignmentStep.PREPARE;
        var assignment = new Assignment(
                EIP,
                new GatewayId("egw"),
                Mark.FIRST_EIP,
                new Epoch(epoch),
                step,
                Optional.of(prepares ? other : to),
                prepares ? Optional.of(to) : Optional.empty(),
                MoveReason.DRAIN,
                ++cause);
        return happens(new Input.News(
                List.of(new Input.News.OfEip(EIP, Optional.of(assignment))), own, cause, Optional.empty(), rules));
    }

    AgentStory happens(Input input) {
        step(input);
        return this;
    }

    /** Everything that follows until nothing is left to do: the effects, in order, without those of every moment. */
    List<String> goesOn() {
        boolean changed = true;
        for (int moments = 0; changed; moments++) {
            if (moments > 20) {
                throw new AssertionError("does not come to rest: " + done);
            }
            changed = step(moment());
        }
        List<String> what = done;
        done = new ArrayList<>();
        return what;
    }

    Input.Moment moment() {
        return new Input.Moment(
                lease,
                caughtUp,
                deaf,
                outdated,
                Optional.of(here),
                false,
                kernelLeaseOver,
                leavingHeard,
                Instant.ofEpochMilli(5_000));
    }

    private boolean step(Input input) {
        AgentState before = state;
        Step step = AgentStep.step(before, input, now);
        state = step.state();
        boolean changed = false;
        for (Effect effect : step.effects()) {
            if (effect instanceof Effect.RememberEpochs && !canWrite) {
                state = before;
                return false;
            }
            perform(effect);
            if (effect instanceof Effect.OnKernel change) {
                Input result = resultOf(change);
                step(result);
                changed = !(result instanceof Input.Failed) && !(result instanceof Input.Checked);
            }
        }
        return changed;
    }

    private void perform(Effect effect) {
        tell(effect);
        switch (effect) {
            case Effect.Lapse _ -> lease = lease.lapsed();
            case Effect.ReadToPresentEnd _, Effect.ForgetLogs _, Effect.ReadAnew _ -> caughtUp = false;
            case Effect.Announce(Incarnation incarnation) -> announced(incarnation);
            case Effect.RememberEpochs _, Effect.Acknowledge _, Effect.Report _, Effect.GoOn _, Effect.ShowReady _ -> {}
            case Effect.SayLeaving _, Effect.StopHeartbeats _, Effect.EndSession _, Effect.OnKernel _ -> {}
        }
    }

    private void announced(Incarnation incarnation) {
        lease = Lease.of(incarnation);
        if (tunnelComesFirst) {
            own = Optional.of(tunnel(incarnation, TunnelPhase.READY, here, cause));
            ReadSoFar read = state.read();
            state = state.with(new ReadSoFar(
                    read.caughtUp(), read.changed(), read.cause(), own, read.lineage(), read.rules(), read.owed()));
        }
    }

    private Input resultOf(Effect.OnKernel effect) {
        if (failing.filter(effect.getClass()::equals).isPresent()) {
            return new Input.Failed(effect, DatapathFault.FIREWALL);
        }
        return switch (effect) {
            case Effect.Open _ -> new Input.Opened();
            case Effect.TakeOver _ -> new Input.TookOver(kernelLeaseRuns);
            case Effect.Withdraw _ -> new Input.Withdrawn();
            case Effect.Apply _ -> new Input.Applied(faults);
            case Effect.BeginLease _ -> new Input.LeaseBegun(true);
            case Effect.Check _ -> new Input.Checked(drift);
        };
    }

    private void tell(Effect effect) {
        String text = Effects.text(effect);
        if (!text.isEmpty() && !(effect instanceof Effect.Check) && !(effect instanceof Effect.Report)) {
            done.add(text);
        }
    }
}
