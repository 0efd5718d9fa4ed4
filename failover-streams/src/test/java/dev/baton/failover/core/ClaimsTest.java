package dev.baton.failover.core;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.baton.contract.AckOutcome;
import dev.baton.contract.AddressClaim;
import dev.baton.contract.AssignmentStep;
import dev.baton.contract.Decision;
import dev.baton.contract.Decision.AlertCode;
import dev.baton.contract.Decision.AlertRaised;
import dev.baton.contract.IpAddress;
import dev.baton.contract.MacAddress;
import dev.baton.contract.PolicyDeclared.AllocatorPolicy;
import dev.baton.contract.Rules;
import dev.baton.contract.RulesAdopted;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Another machine claims the address of an EIP that a node holds. */
class ClaimsTest {
    private static final String EIP = "10.6.1.1";
    private static final AddressClaim ONE = claim("02:00:00:00:00:99");
    private static final AddressClaim OTHER = claim("02:00:00:00:00:9a");

    private final FleetStory story = new FleetStory().gateway("10.6.1.1-10.6.1.2");

    private static AddressClaim claim(String owner) {
        return new AddressClaim(IpAddress.parse(EIP), new MacAddress(owner));
    }

    private static AlertRaised alert(AddressClaim claim) {
        return new AlertRaised(AlertCode.ADDRESS_CLAIMED, "eip " + EIP + " claimed by " + claim.owner());
    }

    private void held(Rules rules) {
        story.tell(new RulesAdopted(rules));
        story.node(1, true).node(2, true).policy("web", AllocatorPolicy.DEFAULT);
        story.answer(EIP, AckOutcome.APPLIED);
    }

    private int holder() {
        return story.holder(EIP).equals(FleetStory.node(1)) ? 1 : 2;
    }

    @Test
    void eachMachineIsToldOfOnce() {
        held(Rules.MODES);
        assertEquals(List.<Decision>of(alert(ONE)), story.claims(holder(), List.of(ONE)));
        assertEquals(List.<Decision>of(alert(OTHER)), story.claims(holder(), List.of(ONE, OTHER)));
        assertEquals(List.of(), story.claims(holder(), List.of(OTHER)), "it gave way");
        assertEquals(List.<Decision>of(alert(ONE)), story.claims(holder(), List.of(ONE, OTHER)), "and came back");
        assertEquals(AssignmentStep.HELD, story.assignment(EIP).step(), "the holder has it by right");
    }

    @Test
    void aNodeThatDoesNotHoldTheEipIsNotHeeded() {
        held(Rules.MODES);
        assertEquals(List.of(), story.claims(3 - holder(), List.of(ONE)));
    }

    @Test
    void earlierRulesDoNotTell() {
        held(Rules.ADOPTION);
        assertEquals(List.of(), story.claims(holder(), List.of(ONE)));
    }
}
