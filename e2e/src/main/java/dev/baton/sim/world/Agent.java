package dev.baton.sim.world;

import dev.baton.agent.core.AgentState;
import dev.baton.agent.core.AgentStep;
import dev.baton.agent.core.Effect;
import dev.baton.agent.core.Input;
import dev.baton.agent.core.Lineages;
import dev.baton.agent.core.NodeLog;
import dev.baton.agent.core.PendingAcknowledgements;
import dev.baton.agent.core.Phase;
import dev.baton.agent.core.Step;
import dev.baton.contract.AckOutcome;
import dev.baton.contract.DatapathAcknowledged;
import dev.baton.contract.Eip;
import dev.baton.contract.Epoch;
import dev.baton.contract.Heartbeat;
import dev.baton.contract.Incarnation;
import dev.baton.contract.Lineage;
import dev.baton.contract.LivenessEvent;
import dev.baton.contract.Tunnel;
import dev.baton.contract.UnknownRules;
import dev.baton.contract.UnreadableRecord;
import dev.baton.heartbeat.core.SavedSession;
import dev.baton.sim.menu.Mutant;
import dev.baton.sim.menu.Rare;
import dev.baton.sim.model.Pipe;
import dev.baton.sim.model.Process;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * One life of a node's agent: asks the agent's core what to do and does it on the model, as {@code AgentLoop} does on
 * Kafka and the kernel. A change of the kernel takes its time, and a freeze or a crash may come in the midst of it.
 */
public final class Agent {
    private static final long ACKNOWLEDGED_WITHIN = 400_000_000;

    private final World world;
    private final SimNode node;
    private final Process process;
    private final Pipe<LivenessEvent> pipe;
    private final AgentView view;
    private final AgentHeartbeats heartbeats;
    private final AgentDatapath datapath;
    private PendingAcknowledgements pending = PendingAcknowledgements.none();
    private AgentState state;
    private boolean busy;
    private boolean hanging;
    private boolean again;
    private Optional<Long> patience = Optional.empty();
    private Optional<Runnable> afterAnswer = Optional.empty();
    private long hangs;

    Agent(World world, SimNode node) {
        this.world = world;
        this.node = node;
        this.process = new Process(world.scheduler(), node.clock());
        this.pipe = new Pipe<>(
                world.scheduler(), world.random(), node.link(), world.logs().heartbeats(), world::wandering);
        this.heartbeats = new AgentHeartbeats(world, node, process, pipe, this::granted);
        Incarnation last = heartbeats.incarnation();
        Optional<Lineage> obeyed = node.runDirectory().lineages().obeyed();
        this.state = heartbeats.obeys(obeyed) && heartbeats.lease().untilNanos().isPresent()
                ? AgentState.resuming(node.id(), last, obeyed, now())
                : AgentState.starting(node.id(), last, obeyed, now());
        this.datapath = new AgentDatapath(world, node, process, heartbeats, this::wake);
        this.view = new AgentView(world, node, process, this::wake);
    }

    Process process() {
        return process;
    }

    /** From now on nobody can read what it writes, though Kafka takes it. */
    public void garble() {
        pipe.garble(event -> new UnreadableRecord(
                node.id(),
                event instanceof Heartbeat heartbeat ? Optional.of(heartbeat.evictionTimeout()) : Optional.empty()));
    }

    boolean speakPlainly() {
        return pipe.speakPlainly();
    }

    /** Whether it can read the assignments that are written now; else it passes over them. */
    public void readAssignments(boolean canRead) {
        view.readAssignments(canRead);
    }

    Incarnation incarnation() {
        return heartbeats.incarnation();
    }

    void start() {
        view.open();
        tick();
    }

    void die() {
        process.die();
        pipe.abandon();
        view.close();
    }

    void nothingAfterAnswer() {
        afterAnswer = Optional.empty();
    }

    /** What happens to it when it has answered the next time. */
    public void afterAnswer(Runnable blow) {
        afterAnswer = Optional.of(blow);
    }

    /** Asked to stop: its EIPs move away first. */
    public void leave(long nanos) {
        if (patience.isEmpty()) {
            patience = Optional.of(nanos);
            wake();
        }
    }

    private long now() {
        return node.clock().now();
    }

    private void tick() {
        wake();
        process.in(heartbeats.timings().tunnelUpdatePeriod().toNanos() / 2, this::tick);
    }

    private void granted() {
        if (!datapath.renewSoon()) {
            wake();
        }
    }

    /** Something may be to be done; what happens during a round is looked at in another one after it. */
    private void wake() {
        if (!again && !busy) {
            process.in(0, this::round);
        }
        again = true;
    }

    /** Its loop does nothing for so long: it waits for the kernel. */
    public void hang(long nanos) {
        if (!hanging) {
            hanging = true;
            long mine = ++hangs;
            process.in(nanos, () -> {
                if (mine == hangs) {
                    goOn();
                }
            });
        }
    }

    /** The kernel has answered. */
    void goOn() {
        if (hanging) {
            hanging = false;
            again = false;
            wake();
        }
    }

    private void round() {
        if (hanging) {
            return;
        }
        if (busy) { // a process that thaws finds a round of before, and one that was asked for since
            again = true;
            return;
        }
        again = false;
        busy = true;
        if (!polls()) {
            return;
        }
        NodeLog log = view.log();
        log.timings().ifPresent(heartbeats::timings);
        Optional<Lineages> entered = log.other().map(log.lineages()::entering).filter(node.runDirectory()::write);
        if (entered.isPresent()) {
            tell(new Input.OtherLineage(entered.get().obeyed().orElseThrow()), changed -> {});
        }
        if (patience.isPresent() && state.leavesAtNanos().isEmpty()) {
            tell(new Input.Leave(now() + patience.get()), changed -> {});
        }
        log.news().ifPresentOrElse(news -> tell(news, changed -> decide()), this::decide);
    }

    /** @return false if it is of a release that does not know the rules in force: then it has ended */
    private boolean polls() {
        try {
            view.poll();
            return true;
        } catch (UnknownRules why) {
            world.trace().line(node.name(), "ends", String.valueOf(why.getMessage()));
            world.sightings().count(Rare.AGENT_TOO_OLD);
            node.failed();
            return false;
        }
    }

    private void decide() {
        tell(moment(), changed -> {
            if (changed) {
                decide();
            } else {
                acknowledge();
                rest();
            }
        });
    }

    private void rest() {
        busy = false;
        if (state.phase() instanceof Phase.Left) {
            world.trace().line(node.name(), "left", "");
            node.left();
        } else if (again) {
            process.in(0, this::round);
        }
    }

    private Input.Moment moment() {
        boolean coarse = world.has(Mutant.NUMBERED_BY_SECONDS);
        Instant wall = node.wallClock();
        return new Input.Moment(
                heartbeats.lease(),
                view.isCaughtUp() || world.has(Mutant.READY_BEFORE_CAUGHT_UP),
                view.isDeaf() && !world.has(Mutant.DEAF_GOES_ON),
                view.isOutdated() && !world.has(Mutant.OUTDATED_OBEYED),
                Optional.of(node.parent()),
                datapath.isDisturbed(state),
                state.phase() instanceof Phase.Fencing && datapath.isLeaseOver(),
                heartbeats.isLeavingHeard(),
                coarse ? wall.truncatedTo(ChronoUnit.SECONDS) : wall);
    }

    private Input seen(Input input) {
        return input instanceof Input.News news && world.has(Mutant.SHOWN_ELSEWHERE_BELIEVED)
                ? new Input.News(
                        news.assignments(), news.own().map(this::shownHere), news.cause(), news.lineage(), news.rules())
                : input;
    }

    private Tunnel shownHere(Tunnel shown) {
        return new Tunnel(
                shown.node(),
                shown.mac(),
                shown.ipv4(),
                shown.ipv6(),
                shown.mark(),
                shown.phase(),
                shown.reason(),
                shown.fault(),
                shown.incarnation(),
                Optional.of(node.parent()),
                shown.confirmedSequence(),
                shown.cause());
    }

    /** @param then told, when all effects were performed, whether the kernel was changed */
    private void tell(Input input, Consumer<Boolean> then) {
        AgentState before = state;
        Step step = AgentStep.step(state, seen(input), now());
        state = step.state();
        var effects = new ArrayDeque<>(step.effects());
        if (effects.peek() instanceof Effect.RememberEpochs(var refused)) {
            effects.remove();
            if (!isRemembered(refused)) {
                state = before; // as if the step had not been: it is asked for again in the next round
                then.accept(false);
                return;
            }
        }
        perform(effects, then);
    }

    private void perform(ArrayDeque<Effect> effects, Consumer<Boolean> then) {
        for (Effect effect = effects.poll(); effect != null && process.isAlive(); effect = effects.poll()) {
            if (effect instanceof Effect.OnKernel change) {
                // It is the last of its step.
                datapath.perform(
                        change, state, view.log(), result -> tell(result, changed -> then.accept(isToGoOn(result))));
                return;
            }
            perform(effect);
        }
        if (process.isAlive()) {
            then.accept(false);
        }
    }

    private static boolean isToGoOn(Input result) {
        return !(result instanceof Input.Checked)
                && !(result instanceof Input.Failed)
                && !result.equals(new Input.LeaseBegun(false));
    }

    private void perform(Effect effect) {
        switch (effect) {
            case Effect.RememberEpochs _ -> {} // done already
            case Effect.ForgetLogs(var next) -> {
                view.log().forget(view.log().lineages().entering(next.orElseThrow()));
                view.startOver();
                heartbeats.forgetTimings();
                world.trace().line(node.name(), "lineage", next.orElseThrow().toString());
            }
            case Effect.ReadAnew _ -> {
                world.trace().line(node.name(), "deaf", "");
                world.sightings().count(Rare.CANNOT_READ);
                view.startOver();
            }
            case Effect.Lapse _ -> heartbeats.lapse();
            case Effect.StopHeartbeats _ -> heartbeats.stop();
            case Effect.ReadToPresentEnd _ -> view.readToPresentEnd();
            case Effect.Acknowledge(var acknowledgements) -> pending = pending.with(acknowledgements, now());
            case Effect.Report(var report) -> heartbeats.report(report);
            case Effect.GoOn _ -> heartbeats.start();
            case Effect.Announce(Incarnation incarnation) -> announce(incarnation);
            case Effect.SayLeaving _ -> heartbeats.leave();
            case Effect.ShowReady _ -> {}
            case Effect.EndSession _ ->
                node.runDirectory().session().map(SavedSession::withoutLease).ifPresent(node.runDirectory()::write);
            case Effect.OnKernel change -> throw new IllegalStateException("takes time: " + change);
        }
    }

    private void announce(Incarnation incarnation) {
        if (!heartbeats.begin(incarnation)) {
            node.failed(); // what cannot be written down must not be said
            return;
        }
        heartbeats.start();
        world.deeds().began(node, incarnation);
        world.trace().line(node.name(), "incarnation", incarnation.toString());
    }

    private boolean isRemembered(SortedMap<Eip, Epoch> refused) {
        boolean written = node.runDirectory().write(view.log().lineages())
                && node.runDirectory().writeEpochs(remembered(refused));
        if ((written || world.has(Mutant.REFUSED_BEFORE_WRITTEN)) && !world.has(Mutant.FAILED_TRIED_AGAIN)) {
            refused.forEach(view.log()::refuse);
        }
        return written;
    }

    private SortedMap<Eip, Epoch> remembered(SortedMap<Eip, Epoch> refused) {
        if (world.has(Mutant.REFUSED_NOT_WRITTEN) || world.has(Mutant.FAILED_TRIED_AGAIN)) {
            return new TreeMap<>(view.log().epochs());
        }
        SortedMap<Eip, Epoch> epochs = view.log().epochsRefusing(refused);
        if (!world.has(Mutant.OBEYED_NOT_WRITTEN)) {
            return epochs;
        }
        SortedMap<Eip, Epoch> written = new TreeMap<>(node.runDirectory().epochs());
        refused.keySet().forEach(eip -> written.put(eip, epochs.get(eip)));
        return written;
    }

    private void acknowledge() {
        PendingAcknowledgements.Due due = pending.due(
                state.phase().announced().orElse(incarnation()),
                state.read().owed().assignments(),
                now());
        pending = due.rest();
        due.acknowledgements().forEach(this::send);
    }

    private void send(DatapathAcknowledged acknowledgement) {
        long expires = world.scheduler().now() + ACKNOWLEDGED_WITHIN;
        if (acknowledgement.outcome() == AckOutcome.APPLIED) {
            world.deeds().answeredApplied(node, acknowledgement.eip(), acknowledgement.epoch());
        }
        pipe.send(
                world.fleetId(),
                AsWritten.of(acknowledgement),
                expires,
                () -> process.run(() -> pending = pending.arrived(acknowledgement)));
        afterAnswer.ifPresent(blow -> world.scheduler().in(node.link().delay(), () -> {
            if (process.isAlive()) {
                blow.run();
            }
        }));
        afterAnswer = Optional.empty();
        process.in(ACKNOWLEDGED_WITHIN * 2, () -> {
            pending = pending.lost(acknowledgement, now());
            process.in(ACKNOWLEDGED_WITHIN / 4, this::wake);
        });
    }
}
