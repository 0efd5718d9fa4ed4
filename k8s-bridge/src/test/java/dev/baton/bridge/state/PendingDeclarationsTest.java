package dev.baton.bridge.state;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.baton.contract.Decision.DeclarationAccepted;
import dev.baton.contract.Decision.DeclarationRefused;
import dev.baton.contract.Decision.EipFreed;
import dev.baton.contract.Declaration;
import dev.baton.contract.Eip;
import dev.baton.contract.Epoch;
import dev.baton.contract.PolicyId;
import dev.baton.contract.RefusalReason;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PendingDeclarationsTest {
    private static final long LIMIT = PendingDeclarations.ANSWER_LIMIT.toNanos();
    private static final Declaration POLICY = SmallFleet.policy(new PolicyId("shop", "a"), "a");
    private static final Declaration CHANGED = SmallFleet.policy(new PolicyId("shop", "a"), "b");
    private static final Declaration OTHER = SmallFleet.policy(new PolicyId("shop", "z"), "z");
    private static final Declaration NODE = SmallFleet.declared("node1");
    private static final Subject SUBJECT = Subject.of(POLICY).orElseThrow();

    private final PendingDeclarations pledges = new PendingDeclarations();

    private void say(Declaration declaration, long offset, long nanos) {
        pledges.said(declaration, nanos);
        pledges.appended(declaration, offset);
    }

    private boolean isDue(Declaration declaration, long nanos) {
        return !pledges.due(List.of(declaration), nanos).isEmpty();
    }

    private static DeclarationRefused refused(long offset) {
        return new DeclarationRefused(offset, "shop/a", RefusalReason.GATEWAY_UNKNOWN, "there is none");
    }

    @Test
    void isNotSaidTwiceWhileAnAnswerIsAwaitedAndTheNextPausesDouble() {
        assertEquals(true, isDue(POLICY, 0));
        say(POLICY, 5, 0);
        assertEquals(false, isDue(POLICY, LIMIT - 1));
        assertEquals(true, isDue(POLICY, LIMIT));
        say(POLICY, 6, LIMIT);
        assertEquals(false, isDue(POLICY, 3 * LIMIT - 1));
        assertEquals(true, isDue(POLICY, 3 * LIMIT));
    }

    @Test
    void whatTheLogDidNotTakeMayBeSaidAtOnce() {
        pledges.said(POLICY, 0);
        pledges.failed(POLICY);
        assertEquals(true, isDue(POLICY, 1));
    }

    @Test
    void whatWasRefusedIsSaidAgainWhenSomethingElseWasAcceptedOrFreed() {
        say(POLICY, 5, 0);
        pledges.answered(refused(5));
        assertEquals(
                Optional.of(RefusalReason.GATEWAY_UNKNOWN),
                pledges.refusal(SUBJECT).map(DeclarationRefused::reason));
        assertEquals(false, isDue(POLICY, 100 * LIMIT));
        assertEquals(true, isDue(CHANGED, 1), "said otherwise it may be taken");
        say(OTHER, 6, 0);
        pledges.answered(new DeclarationAccepted(6));
        assertEquals(true, isDue(POLICY, 1));

        say(POLICY, 7, 1);
        pledges.answered(refused(7));
        assertEquals(false, isDue(POLICY, 2));
        pledges.answered(new EipFreed(Eip.parse("10.6.1.1"), SmallFleet.GATEWAY, new Epoch(4)));
        assertEquals(true, isDue(POLICY, 2));
    }

    @Test
    void nodesMakeNothingAcceptable() {
        say(POLICY, 5, 0);
        pledges.answered(refused(5));
        say(NODE, 6, 0);
        pledges.answered(new DeclarationAccepted(6));
        assertEquals(false, isDue(POLICY, 1));
    }

    @Test
    void aChangeTakenBackEndsTheRefusalThoughNothingIsSaidOfIt() {
        say(POLICY, 5, 0);
        pledges.answered(refused(5));
        assertEquals(false, isDue(POLICY, 1));
        assertEquals(true, pledges.refusal(SUBJECT).isPresent());
        assertEquals(List.of(OTHER), pledges.due(List.of(OTHER), 2));
        assertEquals(Optional.empty(), pledges.refusal(SUBJECT));
        assertEquals(true, isDue(POLICY, 3), "the same change may be made once more");
    }

    @Test
    void anAcceptanceEndsTheRefusal() {
        say(POLICY, 5, 0);
        pledges.answered(refused(5));
        say(CHANGED, 6, 1);
        pledges.answered(new DeclarationAccepted(6));
        assertEquals(Optional.empty(), pledges.refusal(SUBJECT));
    }

    @Test
    void anAnswerMayBeReadBeforeTheLogTellsWhereTheQuestionIs() {
        pledges.said(POLICY, 0);
        pledges.answered(refused(5));
        assertEquals(Optional.empty(), pledges.refusal(SUBJECT), "not known yet to be about this");
        pledges.appended(POLICY, 5);
        assertEquals(Optional.of(5L), pledges.refusal(SUBJECT).map(DeclarationRefused::origin));
        assertEquals(false, isDue(POLICY, 1));
    }

    @Test
    void anAnswerToAnEarlierWordIsNotTakenForTheLast() {
        say(POLICY, 5, 0);
        say(CHANGED, 6, 1);
        pledges.answered(refused(5));
        assertEquals(Optional.empty(), pledges.refusal(SUBJECT));
        assertEquals(false, isDue(CHANGED, 2), "still awaited");
    }

    @Test
    void aSuccessorAwaitsNothing() {
        say(POLICY, 5, 0);
        pledges.reset();
        assertEquals(true, isDue(POLICY, 1));
    }
}
