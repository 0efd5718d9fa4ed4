package dev.baton.bridge.status;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.baton.bridge.status.ObjectKey.Part;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class WriteQueueTest {
    private final WriteQueue<String> queue = new WriteQueue<>();

    private static ObjectKey key(String name) {
        return new ObjectKey("EgressPolicy", "shop", name, Part.STATUS);
    }

    private List<String> drained() {
        var all = new ArrayList<String>();
        for (var entry = queue.take(); entry.isPresent(); entry = queue.take()) {
            all.add(entry.get().what());
        }
        return all;
    }

    @Test
    void theMostUrgentIsWrittenFirstAndAmongEqualsTheFirstThatCame() {
        queue.put(key("a"), Urgency.HEARTBEAT, "heartbeat");
        queue.put(key("b"), Urgency.POLICY, "b");
        queue.put(key("c"), Urgency.POLICY, "c");
        queue.put(key("d"), Urgency.PHASE, "phase");
        assertEquals(List.of("phase", "b", "c", "heartbeat"), drained());
    }

    @Test
    void aLaterWordReplacesTheEarlierOneAndKeepsItsPlace() {
        queue.put(key("a"), Urgency.POLICY, "old");
        queue.put(key("b"), Urgency.POLICY, "b");
        queue.put(key("a"), Urgency.POLICY, "new");
        assertEquals(2, queue.size());
        assertEquals(List.of("new", "b"), drained());
    }

    @Test
    void aLaterWordOfAnotherUrgencyComesLastAmongThose() {
        queue.put(key("a"), Urgency.HEARTBEAT, "beat");
        queue.put(key("b"), Urgency.PHASE, "b");
        queue.put(key("a"), Urgency.PHASE, "timeout");
        assertEquals(List.of("b", "timeout"), drained());
    }

    @Test
    void partsOfAnObjectAreApartAndWhatIsDroppedIsGone() {
        queue.put(key("a"), Urgency.POLICY, "status");
        queue.put(new ObjectKey("EgressPolicy", "shop", "a", Part.OBJECT), Urgency.POLICY, "object");
        queue.drop(key("a"));
        assertEquals(false, queue.contains(key("a")));
        assertEquals(List.of("object"), drained());
        assertEquals(Optional.empty(), queue.take());
    }
}
