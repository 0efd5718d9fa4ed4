package dev.baton.agent.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.baton.contract.AckOutcome;
import dev.baton.contract.Assignment;
import dev.baton.contract.AssignmentStep;
import dev.baton.contract.DatapathFault;
import dev.baton.contract.Eip;
import dev.baton.contract.EipFailure;
import dev.baton.contract.Epoch;
import dev.baton.contract.GatewayId;
import dev.baton.contract.Holder;
import dev.baton.contract.Incarnation;
import dev.baton.contract.Mark;
import dev.baton.contract.MoveReason;
import dev.baton.contract.Rules;
import dev.baton.contract.TunnelPhase;
import dev.baton.heartbeat.core.Lease;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * The order that {@link Effect} promises, in random lives: whatever fails, whenever the agent dies between two effects
 * and starts again, with its lease still running or not.
 */
class AgentStepLawsTest {
    private static final int LIVES = 300;
    private static final int INPUTS = 300;

    @Test
    void theOrderOfEffectsHoldsInEveryLifeHoweverItIsInterrupted() {
        long announced = 0;
        long begun = 0;
        long failed = 0;
        for (long seed = 0; seed < LIVES; seed++) {
            var life = new Life(new Random(seed));
            for (int n = 0; n < INPUTS; n++) {
                life.next();
            }
            announced += life.announced;
            begun += life.begun;
            failed += life.failed;
        }
        assertTrue(
                announced > LIVES && begun > LIVES / 2 && failed > LIVES / 10,
                "too little happened: " + announced + " " + begun + " " + failed);
    }

    /** A machine that obeys the effects and checks each. */
    private static final class Life {
        private static final Eip EIP = AgentStory.EIP;
        private final Random random;
        private AgentState state = AgentState.starting(AgentStory.NODE, Incarnation.NONE, Optional.empty(), 0);
        private Lease lease = Lease.of(Incarnation.NONE);
        private long now;
        private long cause;
        private long epoch;
        private boolean caughtUp;
        private long announced;
        private long begun;
        private long failed;

        // What outlives the process.
        private Incarnation written = Incarnation.NONE;
        private boolean kernelLease;
        private Incarnation kernelOf = Incarnation.NONE;
        private final TreeMap<Eip, Epoch> read = new TreeMap<>();
        private final TreeMap<Eip, Epoch> remembered = new TreeMap<>();
        private final TreeMap<Eip, Epoch> refused = new TreeMap<>();

        // Of the process.
        private boolean withdrawn;
        private boolean readAgain;
        private Incarnation appliedAs = Incarnation.NONE;
        private Incarnation accepted = Incarnation.NONE;

        Life(Random random) {
            this.random = random;
        }

        void next() {
            now += Duration.ofMillis(random.nextInt(400)).toNanos();
            lease = lease.at(now);
            switch (random.nextInt(12)) {
                case 0 -> assigned();
                case 1 -> restart();
                case 2 -> caughtUp = true;
                case 3 -> tell(new Input.RenewalFailed(DatapathFault.FIREWALL));
                case 4, 5, 6 -> shown();
                default -> {
                    if (state.phase().announced().isPresent() && random.nextInt(3) > 0) {
                        lease = lease.acknowledged(now, now, Duration.ofSeconds(2));
                    }
                    for (int n = 0; n < 3; n++) {
                        tell(new Input.Moment(
                                lease,
                                caughtUp,
                                random.nextInt(50) == 0,
                                random.nextInt(50) == 0,
                                Optional.of(AgentStory.HERE),
                                random.nextInt(10) == 0,
                                !kernelLease,
                                false,
                                Instant.ofEpochMilli(now / 1_000_000)));
                    }
                }
            }
        }

        private void assigned() {
            AssignmentStep[] steps = AssignmentStep.values();
            var me = new Holder(AgentStory.NODE, lease.incarnation());
            var assignment = new Assignment(
                    EIP,
                    new GatewayId("egw"),
                    Mark.FIRST_EIP,
                    new Epoch(++epoch),
                    steps[random.nextInt(steps.length)],
                    Optional.of(me),
                    Optional.of(me),
                    MoveReason.DRAIN,
                    ++cause);
            read.put(EIP, assignment.epoch());
            tell(new Input.News(
                    List.of(new Input.News.OfEip(EIP, Optional.of(assignment))),
                    state.read().own(),
                    cause,
                    Optional.empty(),
                    Rules.NEWEST));
        }

        /** Now and then another machine of its name is meant. */
        private void shown() {
            var at = random.nextInt(10) == 0 ? AgentStory.ELSEWHERE : AgentStory.HERE;
            var phase = random.nextInt(10) == 0 ? TunnelPhase.HEARTBEAT_TIMEOUT : TunnelPhase.READY;
            var own = AgentStory.tunnel(written, phase, at, ++cause);
            accepted = at.equals(AgentStory.HERE) ? written : Incarnation.NONE;
            tell(new Input.News(List.of(), Optional.of(own), cause, Optional.empty(), Rules.NEWEST));
        }

        private void restart() {
            boolean resumes = kernelLease
                    && lease.untilNanos().isPresent()
                    && lease.incarnation().equals(written);
            state = resumes
                    ? AgentState.resuming(AgentStory.NODE, written, Optional.empty(), now)
                    : AgentState.starting(AgentStory.NODE, written, Optional.empty(), now);
            lease = resumes ? lease : Lease.of(written);
            withdrawn = false;
            readAgain = false;
            caughtUp = false;
            appliedAs = Incarnation.NONE;
            accepted = Incarnation.NONE;
        }

        private void tell(Input input) {
            Step step = AgentStep.step(state, input, now);
            assertEquals(step, AgentStep.step(state, input, now), "the same input has the same effects");
            for (int n = 0; n < step.effects().size(); n++) {
                Effect effect = step.effects().get(n);
                assertTrue(
                        n == 0 || !(effect instanceof Effect.RememberEpochs),
                        "remembering is first: " + step.effects());
                assertTrue(
                        n == step.effects().size() - 1 || !(effect instanceof Effect.OnKernel),
                        "one change of the kernel, and it is last: " + step.effects());
            }
            state = step.state();
            for (Effect effect : step.effects()) {
                if (random.nextInt(60) == 0) {
                    restart();
                    return;
                }
                perform(effect);
            }
        }

        private void perform(Effect effect) {
            switch (effect) {
                case Effect.OnKernel change -> {
                    boolean fails = random.nextInt(8) == 0;
                    tell(fails ? new Input.Failed(change, DatapathFault.FIREWALL) : resultOf(change));
                }
                case Effect.RememberEpochs(var newlyRefused) -> {
                    remembered.putAll(read);
                    refused.putAll(newlyRefused);
                }
                case Effect.Lapse _ -> lease = lease.lapsed();
                case Effect.ReadAnew _ -> caughtUp = false;
                case Effect.ReadToPresentEnd _ -> {
                    assertTrue(withdrawn || !kernelLease, "read again only after everything was let go");
                    readAgain = true;
                    caughtUp = false;
                }
                case Effect.Announce(Incarnation incarnation) -> announce(incarnation);
                case Effect.Acknowledge(var acknowledgements) ->
                    acknowledgements.forEach(one -> {
                        assertEquals(appliedAs, one.incarnation(), "said only of what was applied");
                        assertTrue(
                                kernelLease || accepted.equals(one.incarnation()),
                                "said for another machine of its name");
                        assertEquals(one.epoch(), remembered.get(one.eip()), "said only of what was written down");
                        if (one.outcome() == AckOutcome.APPLIED) {
                            assertTrue(kernelLease && kernelOf.equals(one.incarnation()), "APPLIED without a lease");
                        }
                        if (one.outcome() == AckOutcome.FAILED) {
                            failed++;
                            assertEquals(one.epoch(), refused.get(one.eip()), "FAILED is written down first");
                        }
                    });
                case Effect.GoOn(Incarnation incarnation) -> assertEquals(kernelOf, incarnation);
                case Effect.ForgetLogs _, Effect.StopHeartbeats _, Effect.Report _, Effect.SayLeaving _ -> {}
                case Effect.ShowReady _, Effect.EndSession _ -> {}
            }
        }

        private void announce(Incarnation incarnation) {
            assertTrue(incarnation.supersedes(written), "incarnations only grow");
            assertTrue(!kernelLease, "announced while the kernel lets frames pass");
            assertTrue(readAgain && caughtUp, "announced before the logs were read to their present end");
            written = incarnation;
            lease = Lease.of(incarnation);
            readAgain = false;
            announced++;
        }

        private Incarnation broughtTo() {
            return state.phase() instanceof Phase.Announcing(var last, Incarnation next)
                    ? next
                    : state.phase().announced().orElse(Incarnation.NONE);
        }

        private Input resultOf(Effect.OnKernel effect) {
            return switch (effect) {
                case Effect.Open _ -> new Input.Opened();
                case Effect.TakeOver _ -> new Input.TookOver(kernelLease);
                case Effect.Withdraw _ -> {
                    assertTrue(lease.untilNanos().isEmpty(), "withdrawn while heartbeats may renew");
                    kernelLease = false;
                    withdrawn = true;
                    yield new Input.Withdrawn();
                }
                case Effect.Apply(Incarnation incarnation) -> {
                    assertEquals(read.get(EIP), remembered.get(EIP), "obeyed only what was written down");
                    assertTrue(
                            incarnation.equals(Incarnation.NONE) || kernelLease || incarnation.equals(accepted),
                            "held before the coordinator showed it here");
                    appliedAs = broughtTo();
                    var faults = new TreeMap<Eip, EipFailure>();
                    if (random.nextInt(6) == 0) {
                        faults.put(EIP, EipFailure.of(DatapathFault.ADDRESS));
                    }
                    yield new Input.Applied(faults);
                }
                case Effect.BeginLease(Incarnation incarnation) -> {
                    assertTrue(!kernelLease, "begun twice");
                    assertEquals(incarnation, appliedAs, "begun before the datapath was brought to it");
                    assertEquals(incarnation, written, "begun before it was announced");
                    assertEquals(incarnation, accepted, "begun before the coordinator showed it here");
                    kernelLease = true;
                    kernelOf = incarnation;
                    begun++;
                    yield new Input.LeaseBegun(true);
                }
                case Effect.Check _ -> new Input.Checked(DatapathFault.NONE);
            };
        }
    }
}
