package dev.baton.agent.core;

import static dev.baton.agent.core.AgentStory.EIP;
import static dev.baton.agent.core.AgentStory.ELSEWHERE;
import static dev.baton.agent.core.AgentStory.FIRST;
import static dev.baton.agent.core.AgentStory.HERE;
import static dev.baton.agent.core.AgentStory.NODE;
import static dev.baton.agent.core.AgentStory.SECOND;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.baton.contract.AssignmentStep;
import dev.baton.contract.DatapathFault;
import dev.baton.contract.DatapathState;
import dev.baton.contract.Holder;
import dev.baton.contract.Incarnation;
import dev.baton.contract.TunnelPhase;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class AgentStepTest {
    private static final Incarnation NEXT = FIRST.next();

    @Test
    void letsGoOfEverythingAndReadsTheLogsToTheirEndBeforeItAnnouncesItself() {
        AgentStory story = AgentStory.starting();

        assertEquals(List.of("open", "withdraw", "read to present end"), story.goesOn());
        assertEquals(List.of(), story.goesOn());
        assertEquals(List.of("apply nothing held", "announce #8"), story.reads().goesOn());
        assertEquals(DatapathState.READY, story.state().report(NEXT, 0).datapath(), "in its first heartbeat");
        assertFalse(story.state().isReady());
        assertEquals(List.of("begin lease #8", "show ready"), story.granted().goesOn());
        assertTrue(story.state().isReady());
    }

    @Test
    void numbersItsNextIncarnationAboveWhatTheLogsShowOfIt() {
        AgentStory story = AgentStory.starting().shown(new Incarnation(40), TunnelPhase.HEARTBEAT_TIMEOUT, HERE);
        story.goesOn();

        assertEquals(
                List.of("apply nothing held", "announce #41"), story.reads().goesOn());
    }

    @Test
    void numbersItselfByTheWallClockWhenItsRunDirectoryIsLost() {
        AgentStory story = AgentStory.startingWithoutMemory();
        story.goesOn();

        assertEquals(
                List.of("apply nothing held", "announce #5000"), story.reads().goesOn());
    }

    @Test
    void goesOnWithinTheLeaseOfAnEarlierProcessAndChangesNothingBeforeTheLogsAreRead() {
        AgentStory story = AgentStory.resuming();

        assertEquals(List.of("open", "take over #7", "go on as #7"), story.goesOn());
        story.assigned(1, AssignmentStep.HELD);
        assertEquals(List.of(), story.goesOn());
        assertEquals(List.of("apply #7", "show ready"), story.reads().goesOn());
    }

    @Test
    void keepsWhatAnEarlierProcessHeldWhileWhatIsReadOfItIsOlder() {
        AgentStory story = AgentStory.resuming();
        story.goesOn();
        story.outdated = true;
        story.assigned(1, AssignmentStep.HELD);
        assertEquals(List.of(), story.reads().goesOn());
        assertEquals(FIRST, story.incarnation());

        story.outdated = false;
        assertEquals(List.of("apply #7", "show ready"), story.goesOn());
    }

    @Test
    void isAnotherIncarnationWhenTheKernelHasNoLeaseToTakeOver() {
        AgentStory story = AgentStory.resuming().kernelLeaseLost();

        assertEquals(List.of("open", "take over #7", "lapse", "withdraw", "read to present end"), story.goesOn());
        assertEquals(List.of("apply nothing held", "announce #8"), story.reads().goesOn());
    }

    @Test
    void isAnotherIncarnationWhenTheDatapathOfAnEarlierProcessCannotBeOpened() {
        AgentStory story = AgentStory.resuming().failing(Effect.Open.class);

        assertEquals(List.of("open"), story.goesOn());
        assertEquals(List.of("lapse"), story.goesOn());
        story.mended().after(Duration.ofSeconds(1));
        assertEquals(List.of("open", "withdraw", "read to present end"), story.goesOn());
    }

    @Test
    void acknowledgesEachStepOfAPlannedMove() {
        AgentStory story = AgentStory.starting();
        story.goesOn();
        story.reads().goesOn();
        story.granted().goesOn();

        story.assigned(1, AssignmentStep.PREPARE);
        assertEquals(List.of("apply #8", "say PREPARED of epoch 1", "show ready"), story.goesOn());
        story.assigned(3, AssignmentStep.ACQUIRE);
        assertEquals(List.of("apply #8", "say APPLIED of epoch 3", "show ready"), story.goesOn());
        story.assigned(3, AssignmentStep.HELD);
        assertEquals(List.of("apply #8", "show ready"), story.goesOn());
        story.assigned(4, AssignmentStep.RELEASE);
        assertEquals(List.of("apply #8", "say WITHDRAWN of epoch 4", "show ready"), story.goesOn());
        assertEquals(story.cause(), story.state().programmed().foldedOffset());
    }

    @Test
    void saysAppliedOnlyWhenTheKernelHasItsLease() {
        AgentStory story = AgentStory.starting();
        story.goesOn();
        story.reads().goesOn();

        story.assigned(1, AssignmentStep.ACQUIRE);
        assertEquals(List.of("apply #8"), story.goesOn());
        assertEquals(
                List.of("begin lease #8", "say APPLIED of epoch 1", "show ready"),
                story.granted().goesOn());
    }

    @Test
    void saysNothingOfAnEipBeforeItReadsItsOwnTunnel() {
        AgentStory story = AgentStory.starting().withoutTunnel();
        story.goesOn();
        story.reads().goesOn();
        story.granted().goesOn();

        story.assigned(1, AssignmentStep.ACQUIRE);
        assertEquals(List.of("apply nothing held"), story.goesOn());
        story.shown(new Incarnation(8), TunnelPhase.READY, HERE);
        assertEquals(List.of("begin lease #8", "apply #8", "say APPLIED of epoch 1", "show ready"), story.goesOn());
    }

    @Test
    void beginsNoLeaseUnderANumberThatTheCoordinatorShowsOfAnotherMachine() {
        AgentStory story = AgentStory.starting().withoutTunnel();
        story.goesOn();
        story.reads().goesOn();
        story.granted().assigned(1, AssignmentStep.RELEASE);
        assertEquals(List.of("apply nothing held"), story.goesOn());

        story.shown(new Incarnation(8), TunnelPhase.READY, ELSEWHERE);
        assertEquals(List.of("lapse", "withdraw", "read to present end", "apply nothing held"), story.goesOn());
        assertEquals(List.of(), story.reads().goesOn());
        assertTrue(story.state().name().isTaken());
    }

    @Test
    void letsGoWhenNoneOfItsAddressesIsLeft() {
        AgentStory story = AgentStory.holding().movedTo(ELSEWHERE);

        assertEquals(List.of("lapse", "withdraw", "read to present end", "apply nothing held"), story.goesOn());
        assertEquals(List.of(), story.reads().goesOn());
        story.shown(new Incarnation(8), TunnelPhase.HEARTBEAT_TIMEOUT, HERE);
        assertEquals(List.of("apply nothing held", "announce #9"), story.goesOn());
    }

    @Test
    void answersNothingForAnotherIncarnation() {
        AgentStory story = AgentStory.holding();

        story.assigned(2, AssignmentStep.ACQUIRE, new Holder(NODE, new Incarnation(9)));

        assertEquals(List.of("apply #8", "show ready"), story.goesOn());
    }

    @Test
    void remembersWhatItAnswersWithFailedBeforeItSaysSo() {
        AgentStory story = AgentStory.holding().failingToHold(EIP);

        story.assigned(2, AssignmentStep.ACQUIRE);
        assertEquals(
                List.of("apply #8", "remember refused [10.6.1.55]", "say FAILED of epoch 2", "show ready"),
                story.goesOn());
        story.mended();
        assertEquals(List.of("apply #8", "show ready"), story.goesOn(), "without the EIP");
        assertEquals(List.of("show ready"), story.goesOn());
    }

    @Test
    void saysNothingAndObeysNothingThatItCannotWriteDown() {
        AgentStory story = AgentStory.holding().failingToHold(EIP).unableToWrite(true);

        story.assigned(2, AssignmentStep.ACQUIRE);
        assertEquals(List.of(), story.goesOn());
        assertEquals(List.of(), story.goesOn());
        story.unableToWrite(false);
        assertEquals(
                List.of("apply #8", "remember refused [10.6.1.55]", "say FAILED of epoch 2", "show ready"),
                story.goesOn());
    }

    @Test
    void letsGoWhenItsLeaseLapsesAndIsSilentUntilTheLogsAreReadAgain() {
        AgentStory story = AgentStory.holding().after(Duration.ofSeconds(4));

        assertEquals(List.of("lapse", "withdraw", "read to present end", "apply nothing held"), story.goesOn());
        assertFalse(story.state().isReady());
        assertEquals(List.of(), story.goesOn());
        assertEquals(List.of("apply nothing held", "announce #9"), story.reads().goesOn());
    }

    @Test
    void keepsPodsPacketsAsTheyAreWhenItLapsesBeforeTheLogsWereRead() {
        AgentStory story = AgentStory.resuming();
        story.goesOn();
        story.after(Duration.ofSeconds(4));

        assertEquals(List.of("lapse", "withdraw", "read to present end"), story.goesOn());
    }

    @Test
    void letsGoWhenTheCoordinatorHasGivenItUp() {
        AgentStory story = AgentStory.holding().shown(NEXT, TunnelPhase.HEARTBEAT_TIMEOUT, HERE);

        assertEquals(List.of("lapse", "withdraw", "read to present end", "apply nothing held"), story.goesOn());
    }

    @Test
    void isSilentWhileAnotherMachineUsesItsNameAndAnnouncesItselfWhenThatOneIsTimedOut() {
        AgentStory story = AgentStory.holding().shown(new Incarnation(30), TunnelPhase.READY, ELSEWHERE);
        assertEquals(List.of("lapse", "withdraw", "read to present end", "apply nothing held"), story.goesOn());

        assertEquals(List.of(), story.reads().goesOn());
        assertTrue(story.state().name().isTaken());
        story.shown(new Incarnation(30), TunnelPhase.HEARTBEAT_TIMEOUT, ELSEWHERE);
        assertEquals(List.of("apply nothing held", "announce #31"), story.goesOn());
        assertFalse(story.state().name().isTaken());
    }

    @Test
    void takesItsOwnNameBackAtOnceWhenItsRunDirectoryIsLostOnTheSameMachine() {
        AgentStory story = AgentStory.startingWithoutMemory().shown(FIRST, TunnelPhase.READY, HERE);
        story.goesOn();

        assertEquals(
                List.of("apply nothing held", "announce #5000"), story.reads().goesOn());
    }

    @Test
    void givesEverythingUpWhenTheDatapathCannotBeChangedTwiceInARow() {
        AgentStory story = AgentStory.holding().failing(Effect.Apply.class);
        story.assigned(2, AssignmentStep.RELEASE);

        assertEquals(List.of("apply #8"), story.goesOn());
        assertEquals(DatapathState.BROKEN, story.state().report(NEXT, 0).datapath());
        assertEquals(List.of(), story.goesOn(), "a failing tool is not called in a loop");
        assertEquals(
                List.of("apply #8", "lapse", "withdraw"),
                story.after(Duration.ofMillis(600)).goesOn());
        assertEquals(List.of("read to present end", "apply nothing held"), story.goesOn());
        assertEquals(List.of("apply nothing held", "announce #9"), story.reads().goesOn());
        assertEquals(
                DatapathState.BROKEN,
                story.state().report(story.incarnation(), 0).datapath());
    }

    @Test
    void keepsItsLeaseAfterOneFailureThatIsRepaired() {
        AgentStory story = AgentStory.holding().failing(Effect.Apply.class);
        story.assigned(2, AssignmentStep.RELEASE);
        story.goesOn();

        story.mended().after(Duration.ofMillis(600));
        assertEquals(List.of("apply #8", "say WITHDRAWN of epoch 2", "show ready"), story.goesOn());
    }

    @Test
    void waitsTheLeaseOutWhenTheKernelDoesNotLetGo() {
        AgentStory story = AgentStory.holding().failing(Effect.Withdraw.class).after(Duration.ofSeconds(4));

        assertEquals(List.of("lapse", "withdraw"), story.goesOn());
        assertEquals(List.of("withdraw"), story.goesOn());
        story.kernelLeaseOver();
        assertEquals(List.of(), story.goesOn());
        assertEquals(List.of("read to present end", "apply nothing held"), story.goesOn());
    }

    @Test
    void asksAKernelThatCanBeAskedAgainToLetGoAlthoughItsLeaseRanOut() {
        AgentStory story = AgentStory.starting().failing(Effect.Open.class).kernelLeaseOver();
        assertEquals(List.of("open"), story.goesOn());
        assertEquals(List.of(), story.goesOn());
        assertEquals(List.of("read to present end"), story.goesOn());

        story.mended().after(Duration.ofSeconds(1));
        assertEquals(List.of("open", "withdraw", "read to present end"), story.goesOn());
    }

    @Test
    void saysThatItIsBrokenWhileDriftCannotBeRepaired() {
        AgentStory story =
                AgentStory.holding().drifted(DatapathFault.TUNNEL_DEVICE).after(Duration.ofMillis(300));

        assertEquals(List.of(), story.granted().goesOn());
        assertFalse(story.state().isReady());
        story.drifted(DatapathFault.NONE).after(Duration.ofMillis(300));
        assertEquals(List.of("show ready"), story.granted().goesOn());
    }

    /** On a machine that is short of time a tool may answer late once, though the datapath is as it should be. */
    @Test
    void believesATimeoutOfAToolOnlyTheSecondTimeInARow() {
        AgentStory story = AgentStory.holding();
        for (boolean again : List.of(false, true)) {
            story.drifted(DatapathFault.TOOL_DEADLINE).after(Duration.ofMillis(300));
            story.granted().goesOn();
            assertEquals(!again, story.state().isReady());
        }
        story.drifted(DatapathFault.NONE).after(Duration.ofMillis(300));
        assertEquals(List.of("show ready"), story.granted().goesOn());
        story.drifted(DatapathFault.TOOL_DEADLINE).after(Duration.ofMillis(300));
        story.granted().goesOn();
        assertTrue(story.state().isReady());
    }

    @Test
    void forgetsWhatAnotherKafkaSaid() {
        AgentStory story = AgentStory.holding().happens(new Input.OtherCluster());

        assertEquals(List.of("forget logs", "lapse", "lapse", "withdraw", "read to present end"), story.goesOn());
        assertEquals(Incarnation.NONE, story.state().read().shown());
    }

    @Test
    void leavesWhenItsEipsWereMovedAway() {
        AgentStory story = AgentStory.holding();
        story.happens(new Input.Leave(1_020 * SECOND));
        assertEquals(List.of("say leaving", "show ready"), story.goesOn());
        story.leavingHeard();
        assertEquals(List.of("show ready"), story.goesOn(), "it is still named");

        story.assigned(2, AssignmentStep.RELEASE);
        assertEquals(List.of("apply #8", "say WITHDRAWN of epoch 2", "show ready"), story.goesOn());
        story.assigned(3, AssignmentStep.ACQUIRE, new Holder(AgentStory.OTHER, new Incarnation(4)));
        assertEquals(List.of("stop heartbeats", "withdraw", "end session"), story.goesOn());
        assertEquals(new Phase.Left(), story.state().phase());
        assertEquals(List.of(), story.goesOn());
    }

    @Test
    void leavesWhenItsPatienceEndsOrItsLeaseDoes() {
        AgentStory patient = AgentStory.holding().happens(new Input.Leave(1_001 * SECOND));
        patient.after(Duration.ofSeconds(1)).granted();
        assertEquals(List.of("say leaving", "stop heartbeats", "withdraw", "end session"), patient.goesOn());

        AgentStory lapsed = AgentStory.holding().happens(new Input.Leave(1_020 * SECOND));
        lapsed.after(Duration.ofSeconds(4));
        assertEquals(List.of("say leaving", "stop heartbeats", "withdraw", "end session"), lapsed.goesOn());
    }
}
