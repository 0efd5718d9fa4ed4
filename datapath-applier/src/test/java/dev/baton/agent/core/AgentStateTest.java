package dev.baton.agent.core;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.baton.contract.Cidr;
import dev.baton.contract.DatapathFault;
import dev.baton.contract.EipFailure;
import dev.baton.contract.MacAddress;
import dev.baton.contract.ParentInterface;
import dev.baton.contract.Rules;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** An agent says nothing that a coordinator could not read while older rules are in force. */
class AgentStateTest {
    private static final MacAddress OWNER = new MacAddress("02:00:00:00:00:99");
    private static final ParentInterface PARENT =
            AgentStory.HERE.withNetworks(List.of(Cidr.parse("192.0.2.0/24")), List.of(OWNER));
    private static final EipFailure IN_USE = new EipFailure(DatapathFault.ADDRESS_IN_USE, Optional.of(OWNER));
    private static final EipFailure ELSE = EipFailure.of(DatapathFault.ROUTE);

    private static AgentState under(Rules rules, EipFailure failure) {
        AgentState state = AgentState.starting(AgentStory.NODE, AgentStory.FIRST, Optional.empty(), 0);
        var news = new Input.News(List.of(), Optional.empty(), 1, Optional.empty(), rules);
        return state.with(state.read().after(news, 0))
                .with(state.programmed()
                        .with(Optional.of(PARENT))
                        .applied(AgentStory.FIRST, 1, new TreeMap<>(Map.of(AgentStory.EIP, failure)), 0));
    }

    private static Optional<ParentInterface> said(Rules rules) {
        return under(rules, ELSE).report(AgentStory.FIRST, 0).parent();
    }

    @Test
    void itsNetworksAreSaidOnceTheRulesThatAskForThemAreInForce() {
        assertEquals(Optional.of(AgentStory.HERE), said(Rules.NAME_KEPT));
        assertEquals(Optional.of(PARENT), said(Rules.SEGMENTS));
    }

    @Test
    void theOwnerOfAnAddressIsSaidOnceTheRulesThatAskForItAreInForce() {
        var before = EipFailure.of(DatapathFault.ADDRESS);
        assertEquals(
                Map.of(AgentStory.EIP, before), under(Rules.NAME_KEPT, IN_USE).failures());
        assertEquals(
                Map.of(AgentStory.EIP, IN_USE), under(Rules.SEGMENTS, IN_USE).failures());
        assertEquals(Map.of(AgentStory.EIP, ELSE), under(Rules.NAME_KEPT, ELSE).failures());
    }
}
