package dev.baton.bridge.beside;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.baton.bridge.api.EgressGateway;
import dev.baton.bridge.api.EgressTunnel;
import io.fabric8.kubernetes.api.model.FieldsV1;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ManagedFieldsEntry;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class StatusManagersTest {
    private static ManagedFieldsEntry entry(String manager, String subresource, String time) {
        var entry = new ManagedFieldsEntry();
        entry.setManager(manager);
        entry.setSubresource(subresource);
        entry.setTime(time);
        entry.setFieldsV1(new FieldsV1());
        return entry;
    }

    private static HasMetadata managed(HasMetadata object, ManagedFieldsEntry... entries) {
        object.getMetadata().setManagedFields(List.of(entries));
        return object;
    }

    @Test
    void tellsWhoElseWritesStatuses() {
        var others = StatusManagers.others(List.of(
                managed(
                        new EgressGateway(),
                        entry("kubectl-client-side-apply", "", "2026-01-01T00:00:00Z"),
                        entry("controller", "status", "2026-01-01T00:00:05Z")),
                managed(
                        new EgressTunnel(),
                        entry("agent", "status", "2026-01-01T00:00:09Z"),
                        entry("controller", "status", "2026-01-01T00:00:02Z"),
                        entry(StatusManagers.BATON, "status", "2026-01-01T00:00:09Z")),
                managed(new EgressTunnel(), entry("agent", "status", "nonsense")),
                new EgressTunnel()));
        assertEquals(
                Map.of(
                        "agent",
                        new StatusManagers.Traces(
                                new TreeSet<>(List.of("EgressTunnel")),
                                2,
                                Optional.of(Instant.parse("2026-01-01T00:00:09Z"))),
                        "controller",
                        new StatusManagers.Traces(
                                new TreeSet<>(List.of("EgressGateway", "EgressTunnel")),
                                2,
                                Optional.of(Instant.parse("2026-01-01T00:00:05Z")))),
                others);
    }

    @Test
    void onlyWhatIsNeededIsKept() {
        List<ManagedFieldsEntry> kept = StatusManagers.trimmed(List.of(
                entry("kubectl-client-side-apply", "", "2026-01-01T00:00:00Z"),
                entry("controller", "status", "2026-01-01T00:00:05Z")));
        assertEquals(1, kept.size());
        assertEquals("controller", kept.getFirst().getManager());
        assertNull(kept.getFirst().getFieldsV1());
        assertEquals(List.of(), StatusManagers.trimmed(null));
    }

    @Test
    void namesThatAnybodyMayChooseAreBounded() {
        var entries = new ManagedFieldsEntry[80];
        for (int i = 0; i < entries.length; i++) {
            entries[i] = entry("manager-" + i, "status", "2026-01-01T00:00:00Z");
        }
        assertEquals(
                50,
                StatusManagers.others(List.of(managed(new EgressGateway(), entries)))
                        .size());
    }
}
