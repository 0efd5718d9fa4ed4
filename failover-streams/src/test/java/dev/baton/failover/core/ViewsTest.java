package dev.baton.failover.core;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.baton.contract.PolicyBinding;
import dev.baton.contract.PolicyDeclared.AllocatorPolicy;
import dev.baton.contract.PolicyId;
import dev.baton.failover.core.Views.View;
import dev.baton.failover.core.Views.WrongEnd;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What an owner finds wrong in what the compacted logs end with. */
class ViewsTest {
    private static final PolicyId HERE = new PolicyId("default", "here");
    private static final PolicyId GONE = new PolicyId("default", "gone");

    private final FleetStory story =
            new FleetStory().gateway("10.6.1.1-10.6.1.9").node(1, true).policy("here", AllocatorPolicy.RR);
    private final long end = story.log.size();

    @Test
    void nothingIsWrongWithWhatWasSaidAtAnEarlierEntry() {
        assertEquals(List.of(), Views.wrongEnds(Views.all(story.state, 0), story.state, end));
    }

    @Test
    void aStrayIsTakenAwayWithTheOwnersCause() {
        var stray = policy(GONE, 7, 1);
        assertEquals(
                List.of(new WrongEnd(Optional.of(stray), new View.OfPolicy(GONE, Optional.empty(), end - 1))),
                wrongWith(stray));
    }

    @Test
    void anOldWordIsSaidAnew() {
        var old = policy(HERE, 7, 1);
        assertEquals(List.of(new WrongEnd(Optional.of(old), right(HERE))), wrongWith(old));
    }

    @Test
    void whatIsMissingIsSaid() {
        var without = new ArrayList<>(Views.all(story.state, 0));
        without.removeIf(view -> view.entity().equals("policy " + HERE));
        assertEquals(List.of(new WrongEnd(Optional.empty(), right(HERE))), Views.wrongEnds(without, story.state, end));
    }

    @Test
    void whatWasCausedLaterThanTheOwnerHasFoldedIsLeftAlone() {
        assertEquals(List.of(), wrongWith(policy(GONE, 7, 1_000)));
        assertEquals(List.of(), wrongWith(policy(HERE, 7, 1_000)));
    }

    private View right(PolicyId policy) {
        return Views.all(story.state, end - 1).stream()
                .filter(view -> view.entity().equals("policy " + policy))
                .findFirst()
                .orElseThrow();
    }

    private static View policy(PolicyId policy, long priority, long cause) {
        return Views.of(new PolicyBinding(policy, FleetStory.GATEWAY, Optional.empty(), List.of(), priority, cause));
    }

    /** The logs end with all that is right, but for this. */
    private List<WrongEnd> wrongWith(View one) {
        var published = new ArrayList<>(Views.all(story.state, 0));
        published.removeIf(view -> view.entity().equals(one.entity()));
        published.add(one);
        return Views.wrongEnds(published, story.state, end);
    }
}
