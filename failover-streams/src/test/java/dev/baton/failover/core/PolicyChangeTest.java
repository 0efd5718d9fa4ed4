package dev.baton.failover.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.baton.contract.Cidr;
import dev.baton.contract.Decision;
import dev.baton.contract.LabelSelector;
import dev.baton.contract.PolicyBinding;
import dev.baton.contract.PolicyDeclared;
import dev.baton.contract.PolicyDeclared.AllocatorPolicy;
import dev.baton.contract.PolicyDeclared.EgressIp;
import dev.baton.contract.RefusalReason;
import dev.baton.failover.core.Views.View;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** What becomes of a policy that is declared again. */
class PolicyChangeTest {
    private static final EgressIp RR = new EgressIp(Optional.empty(), Optional.empty(), false, AllocatorPolicy.RR);
    private static final List<Cidr> SOMEWHERE = List.of(Cidr.parse("192.0.2.0/24"));

    private final FleetStory story = new FleetStory().gateway("10.6.1.55").node(1, true);

    /** What viewers hear of the policy. */
    private Optional<PolicyBinding> published(PolicyDeclared declared) {
        FleetState before = story.state;
        List<Decision> decisions = story.tell(declared);
        return Views.of(before, new Outcome(story.state, decisions, Optional.empty()), story.log.size() - 1).stream()
                .filter(View.OfPolicy.class::isInstance)
                .map(view -> ((View.OfPolicy) view).binding().orElseThrow())
                .findFirst();
    }

    private static PolicyDeclared policy(String name, List<Cidr> destinations, long priority) {
        return FleetStory.policyOf(name, RR, destinations, priority);
    }

    private static PolicyDeclared withPods(LabelSelector selector, String... subnets) {
        PolicyDeclared base = policy("p", List.of(), 0);
        return new PolicyDeclared(
                base.policy(),
                base.gateway(),
                base.egressIp(),
                base.destinations(),
                selector,
                Arrays.stream(subnets).map(Cidr::parse).toList(),
                base.namespaceSelector(),
                base.priority());
    }

    @Test
    void otherDestinationsOrAnotherPriorityReachTheViewers() {
        assertEquals(Optional.of(0L), published(policy("p", List.of(), 0)).map(PolicyBinding::priority));

        PolicyBinding moved = published(policy("p", SOMEWHERE, 0)).orElseThrow();
        assertEquals(SOMEWHERE, moved.destinations());
        PolicyBinding raised = published(policy("p", SOMEWHERE, 7)).orElseThrow();
        assertEquals(7, raised.priority());
        assertEquals(moved.eip(), raised.eip());
    }

    @Test
    void otherDestinationsOfAPolicyThatFoundNoEipReachTheViewersToo() {
        published(policy("p", List.of(), 0));
        assertEquals(
                Optional.empty(),
                published(policy("late", List.of(), 0)).orElseThrow().eip());

        PolicyBinding changed = published(policy("late", SOMEWHERE, 3)).orElseThrow();

        assertEquals(SOMEWHERE, changed.destinations());
        assertEquals(3, changed.priority());
        long alerts = story.decided.stream()
                .flatMap(List::stream)
                .filter(Decision.AlertRaised.class::isInstance)
                .count();
        assertEquals(1, alerts, "told once");
    }

    @Test
    void declaringTheSameAgainIsAcceptedAndNothingElse() {
        for (String name : List.of("bound", "unbound")) {
            story.tell(policy(name, SOMEWHERE, 1));
            FleetState before = story.state;

            List<Decision> decided = story.tell(policy(name, SOMEWHERE, 1));

            assertEquals(1, decided.size(), () -> name + ": " + decided);
            assertInstanceOf(Decision.DeclarationAccepted.class, decided.getFirst());
            assertEquals(before.policies().toString(), story.state.policies().toString());
        }
    }

    @Test
    void otherPodsAreRememberedButTheBindingStaysAsItIs() {
        published(policy("p", List.of(), 0));

        assertEquals(Optional.empty(), published(withPods(LabelSelector.NONE, "10.244.1.0/24")));

        PolicyDeclared known = story.state
                .policies()
                .get(policy("p", List.of(), 0).policy())
                .orElseThrow()
                .spec();
        assertEquals(List.of(Cidr.parse("10.244.1.0/24")), known.podSubnets());
    }

    @Test
    void podsAreSelectedOnceAndNoOtherwise() {
        var labels = new LabelSelector(new TreeMap<>(Map.of("app", "p")), List.of());
        assertEquals(RefusalReason.PODS_SELECTED_TWICE, refusal(withPods(labels, "10.244.1.0/24")));
        assertEquals(RefusalReason.PODS_NOT_SELECTED, refusal(withPods(LabelSelector.NONE)));
        assertThrows(IllegalArgumentException.class, () -> policy("p", List.of(), -1));
    }

    private RefusalReason refusal(PolicyDeclared declared) {
        return ((Decision.DeclarationRefused) story.tell(declared).getFirst()).reason();
    }
}
