package dev.baton.failover.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.baton.contract.Decision;
import dev.baton.contract.Decision.DeclarationAccepted;
import dev.baton.contract.Decision.DeclarationRefused;
import dev.baton.contract.Decision.EipAssigned;
import dev.baton.contract.PolicyDeclared.AllocatorPolicy;
import dev.baton.contract.Rules;
import dev.baton.contract.RulesAdopted;
import dev.baton.contract.TunnelPhase;
import dev.baton.contract.Verdict;
import dev.baton.failover.core.Views.View;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Rules rise by an entry only, and only once every agent that lives knows them. */
class RulesInForceTest {
    private static final Rules SECOND = new Rules(2);
    private static final Rules THIRD = new Rules(3);

    private final FleetStory story =
            new FleetStory().gateway("10.6.1.0/28").node(1, false).node(2, false);

    private void ready(int n, long incarnation, Rules reads) {
        story.phase(n, incarnation, TunnelPhase.READY, reads);
    }

    private String refused(Rules rules) {
        return assertInstanceOf(
                        DeclarationRefused.class,
                        story.tell(new RulesAdopted(rules)).getFirst())
                .detail();
    }

    private void accepted(Rules rules) {
        List<Decision> decisions = story.tell(new RulesAdopted(rules));
        assertInstanceOf(DeclarationAccepted.class, decisions.getFirst());
        assertEquals(1, decisions.size(), "nothing is decided anew");
        assertEquals(rules, story.state.rules());
    }

    @Test
    void theyRiseOnceEveryAgentThatLivesKnowsThem() {
        ready(1, 1, SECOND);
        ready(2, 1, Rules.FIRST);
        assertEquals(
                "version 2 is not known to the agents of these nodes, which know at most: node2 (1)", refused(SECOND));
        ready(2, 2, SECOND);
        accepted(SECOND);
        assertEquals(
                "version 3 is not known to the agents of these nodes, which know at most: node1 (2), node2 (2)",
                refused(THIRD));
    }

    @Test
    void anAgentThatIsSilentIsNotWaitedFor() {
        ready(1, 1, SECOND);
        ready(2, 1, Rules.FIRST);
        story.phase(2, 1, TunnelPhase.HEARTBEAT_TIMEOUT, Rules.FIRST);
        accepted(SECOND);
    }

    @Test
    void theyOnlyRise() {
        accepted(THIRD);
        assertEquals("version 2 was asked for, and the log is at 3 already", refused(SECOND));
        assertEquals("version 3 was asked for, and the log is at 3 already", refused(THIRD));
    }

    @Test
    void agentsAreToldWithTheSettings() {
        FleetState before = story.state;
        Outcome outcome = Coordination.step(before, 9, story.entry(new RulesAdopted(SECOND)));
        View told = Views.of(before, outcome, 9).getFirst();
        assertEquals(
                SECOND, assertInstanceOf(View.OfSettings.class, told).settings().rules());
        assertEquals(SECOND, FleetState.of(outcome.state().snapshot(10)).rules());
    }

    @Test
    void anAgentThatDoesNotKnowThemGetsNothing() {
        ready(1, 1, SECOND);
        accepted(SECOND);
        ready(2, 1, Rules.FIRST);
        story.policy("web", AllocatorPolicy.DEFAULT);
        EipAssigned first = story.decided.stream()
                .flatMap(List::stream)
                .filter(EipAssigned.class::isInstance)
                .map(EipAssigned.class::cast)
                .filter(assigned -> !assigned.candidates().isEmpty())
                .findFirst()
                .orElseThrow();
        assertEquals(
                List.of(Verdict.CHOSEN, Verdict.AGENT_TOO_OLD),
                first.candidates().stream().map(Decision.Candidate::verdict).toList());
    }
}
