package dev.baton.bridge.beside;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ManagedFieldsEntry;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Who has written statuses, by what the API server notes in each object. EgressGateway's two programs are {@code
 * controller} and {@code agent} there; Baton is {@code baton-bridge}. That somebody wrote says that he was there, not
 * that he is: a status is only written when it changes, and a person with kubectl is noted too.
 */
public final class StatusManagers {
    /** The name under which Baton writes. */
    public static final String BATON = "baton-bridge";

    private static final String STATUS = "status";

    /** Names are free text, so their number is bounded; who comes first by name stays. */
    private static final int MOST = 50;

    /**
     * @param kinds whose statuses
     * @param objects how many
     * @param last the latest time, by the API server's clock
     */
    public record Traces(SortedSet<String> kinds, int objects, Optional<Instant> last) {}

    private StatusManagers() {}

    /** Only the entries of statuses, without the fields, which are the larger half of an object. */
    public static List<ManagedFieldsEntry> trimmed(@Nullable List<ManagedFieldsEntry> entries) {
        return entries == null
                ? List.of()
                : entries.stream()
                        .filter(entry -> STATUS.equals(entry.getSubresource()))
                        .map(StatusManagers::trimmed)
                        .toList();
    }

    private static ManagedFieldsEntry trimmed(ManagedFieldsEntry entry) {
        var small = new ManagedFieldsEntry();
        small.setManager(entry.getManager());
        small.setSubresource(entry.getSubresource());
        small.setTime(entry.getTime());
        return small;
    }

    /** All but Baton, by name. */
    public static SortedMap<String, Traces> others(Collection<? extends HasMetadata> objects) {
        var others = new TreeMap<String, Traces>();
        for (HasMetadata object : objects) {
            for (ManagedFieldsEntry entry : Objects.requireNonNullElse(
                    object.getMetadata().getManagedFields(), List.<ManagedFieldsEntry>of())) {
                String manager = Objects.requireNonNullElse(entry.getManager(), "");
                if (STATUS.equals(entry.getSubresource()) && !manager.equals(BATON)) {
                    var traces = new Traces(new TreeSet<>(List.of(object.getKind())), 1, time(entry));
                    others.merge(manager, traces, StatusManagers::together);
                }
            }
            while (others.size() > MOST) {
                others.pollLastEntry();
            }
        }
        return others;
    }

    private static Traces together(Traces one, Traces other) {
        var kinds = new TreeSet<>(one.kinds());
        kinds.addAll(other.kinds());
        Optional<Instant> last = one.last().isPresent()
                        && other.last().filter(one.last().get()::isBefore).isEmpty()
                ? one.last()
                : other.last();
        return new Traces(kinds, one.objects() + other.objects(), last);
    }

    private static Optional<Instant> time(ManagedFieldsEntry entry) {
        try {
            return Optional.ofNullable(entry.getTime()).map(Instant::parse);
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }
}
