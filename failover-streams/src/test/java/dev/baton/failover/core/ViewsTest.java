package dev.baton.failover.core;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.baton.contract.PolicyBinding;
import dev.baton.contract.PolicyDeclared.AllocatorPolicy;
import dev.baton.contract.PolicyId;
import dev.baton.failover.core.Views.View;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ViewsTest {
    private static final PolicyId GONE = new PolicyId("default", "gone");

    private final FleetStory story =
            new FleetStory().gateway("10.6.1.1-10.6.1.9").node(1, true).policy("here", AllocatorPolicy.RR);

    @Test
    void takesAwayWhatAZombieLeftBehind() {
        assertEquals(Optional.of(new View.OfPolicy(GONE, Optional.empty())), removalOf(written(1)));
    }

    @Test
    void leavesAloneWhatWasCausedLaterThanItHasFolded() {
        assertEquals(Optional.empty(), removalOf(written(1_000)));
    }

    @Test
    void leavesAloneWhatThereIs() {
        for (View view : Views.all(story.state, 0)) {
            assertEquals(Optional.empty(), removalOf(view));
        }
    }

    private static View written(long cause) {
        var binding = new PolicyBinding(GONE, FleetStory.GATEWAY, Optional.empty(), List.of(), 0, cause);
        return new View.OfPolicy(GONE, Optional.of(binding));
    }

    private Optional<View> removalOf(View published) {
        return Views.removalOf(published, story.state, story.log.size());
    }
}
