package dev.baton.bridge.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.baton.contract.PolicyId;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PolicyOfSliceTest {
    private static PolicyId named(int length, String end) {
        return new PolicyId("shop", "p".repeat(length - end.length()) + end);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 62, 63, 64, 253})
    void aNameOfAnyLengthReadsBackAndItsLabelIsOneThatKubernetesTakes(int length) {
        PolicyId policy = named(length, "");
        String label = PolicyOfSlice.labels(policy).values().iterator().next();
        assertTrue(label.length() <= 63 && label.matches("[a-z0-9]([-a-z0-9.]*[a-z0-9])?"), label);
        assertEquals(
                Optional.of(policy.name()),
                PolicyOfSlice.name(
                        PolicyOfSlice.labels(policy),
                        Optional.ofNullable(PolicyOfSlice.annotations(policy).get(EgressApi.POLICY_LABEL))));
    }

    @Test
    void aNameThatFitsIsSaidByTheLabelAlone() {
        assertEquals(Map.of(EgressApi.POLICY_LABEL, "web"), PolicyOfSlice.labels(new PolicyId("shop", "web")));
        assertEquals(Map.of(), PolicyOfSlice.annotations(new PolicyId("shop", "web")));
        assertEquals(Optional.empty(), PolicyOfSlice.name(Map.of(), Optional.empty()));
    }

    @Test
    void longNamesThatDifferAtTheirEndHaveDifferentLabels() {
        assertNotEquals(PolicyOfSlice.labels(named(200, "1")), PolicyOfSlice.labels(named(200, "2")));
    }
}
