package dev.baton.bridge.state;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.baton.bridge.api.EgressClusterPolicy;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class NewestObjectsTest {
    private final NewestObjects<String, EgressClusterPolicy> objects = new NewestObjects<>();

    private static EgressClusterPolicy policy(String uid, int version) {
        var policy = new EgressClusterPolicy();
        policy.setMetadata(new ObjectMetaBuilder()
                .withName("web")
                .withUid(uid)
                .withResourceVersion(Integer.toString(version))
                .build());
        return policy;
    }

    @Test
    void anOlderFormDoesNotReplaceANewerOne() {
        assertTrue(objects.put("web", policy("a", 7)));
        assertFalse(objects.put("web", policy("a", 6)));
        assertTrue(objects.put("web", policy("a", 8)));
    }

    @Test
    void theResponseToAWriteDoesNotBringBackWhatAWatchReportedAsDeleted() {
        objects.put("web", policy("a", 7));
        assertTrue(objects.remove("web", policy("a", 9)));
        assertFalse(objects.put("web", policy("a", 8)), "written before it was deleted, answered after");
        assertEquals(Optional.empty(), objects.get("web"));
    }

    @Test
    void anotherObjectOfTheSameNameIsTaken() {
        objects.put("web", policy("a", 7));
        objects.remove("web", policy("a", 9));
        assertTrue(objects.put("web", policy("b", 10)));
        assertFalse(objects.remove("web", policy("a", 9)), "the watch knew the former one");
        assertTrue(objects.has("web"));
    }
}
