package dev.baton.failover.topology;

import dev.baton.contract.FleetId;
import dev.baton.contract.SettingsInForce;
import dev.baton.contract.Topic;
import dev.baton.contract.Tunnel;
import dev.baton.contract.TunnelEntry;
import dev.baton.contract.wire.Key;
import dev.baton.contract.wire.Log;
import dev.baton.contract.wire.Logs;
import dev.baton.failover.core.Views;
import dev.baton.failover.core.Views.View;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;

/** What the views of one partition end with, of all its fleets, as far as it was read. Used by one thread. */
final class ViewEnds implements History.Records, AutoCloseable {
    private static final List<Topic> VIEWS =
            List.of(Logs.TUNNELS.topic(), Logs.ASSIGNMENTS.topic(), Logs.POLICIES.topic());

    /** Before every entry. */
    private static final long NOTHING = -1;

    private final Shell shell;
    private final int partition;
    private final History.Followed logs;
    private final SortedMap<FleetId, SortedMap<Place, View>> ends = new TreeMap<>();

    private record Place(String topic, String entity) implements Comparable<Place> {
        @Override
        public int compareTo(Place other) {
            int byTopic = topic.compareTo(other.topic);
            return byTopic != 0 ? byTopic : entity.compareTo(other.entity);
        }
    }

    ViewEnds(Shell shell, int partition) {
        this.shell = shell;
        this.partition = partition;
        this.logs = shell.history().follow(VIEWS, partition, this);
    }

    /**
     * Without removals, but what nobody can read is one that nothing caused: it is put right like anything wrong. Empty
     * while the views were not read to their end.
     */
    Optional<List<View>> of(FleetId fleet) {
        return logs.read()
                ? Optional.of(
                        List.copyOf(ends.getOrDefault(fleet, new TreeMap<>()).values()))
                : Optional.empty();
    }

    @Override
    public void record(Topic topic, byte @Nullable [] key, byte @Nullable [] value) {
        Optional<Key> read = key(key);
        if (read.isEmpty()) {
            return; // Somebody else's record: without a key it says nothing of any entry.
        }
        var place = new Place(topic.name(), read.get().entity());
        SortedMap<Place, View> ofFleet = ends.computeIfAbsent(read.get().fleet(), unknown -> new TreeMap<>());
        Optional<View> view =
                value == null ? Optional.empty() : view(topic, key, value).or(() -> unreadable(topic, place.entity()));
        view.ifPresentOrElse(shown -> ofFleet.put(place, shown), () -> ofFleet.remove(place));
    }

    private static Optional<Key> key(byte @Nullable [] key) {
        try {
            return Optional.of(Key.of(key));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** Of settings, and of an entity that is none of ours, it is as if nothing were shown. */
    private static Optional<View> unreadable(Topic topic, String entity) {
        if (topic.equals(Logs.TUNNELS.topic())) {
            return Logs.nodeOf(entity).map(node -> new View.OfTunnel(node, Optional.empty(), NOTHING));
        }
        return topic.equals(Logs.ASSIGNMENTS.topic())
                ? Logs.eipOf(entity).map(eip -> new View.OfAssignment(eip, Optional.empty(), NOTHING))
                : Logs.policyOf(entity).map(policy -> new View.OfPolicy(policy, Optional.empty(), NOTHING));
    }

    /** Empty if nobody can read it. */
    private Optional<View> view(Topic topic, byte @Nullable [] key, byte[] value) {
        if (topic.equals(Logs.TUNNELS.topic())) {
            return view(Logs.TUNNELS, key, value, ViewEnds::of);
        }
        return topic.equals(Logs.ASSIGNMENTS.topic())
                ? view(Logs.ASSIGNMENTS, key, value, Views::of)
                : view(Logs.POLICIES, key, value, Views::of);
    }

    private <T> Optional<View> view(Log<T> log, byte @Nullable [] key, byte[] value, Function<T, View> shown) {
        return shell.decode(log, partition, -1, key, value, new RecordHeaders())
                .map(entry -> shown.apply(entry.value()));
    }

    private static View of(TunnelEntry entry) {
        return switch (entry) {
            case Tunnel tunnel -> Views.of(tunnel);
            case SettingsInForce settings -> new View.OfSettings(settings);
        };
    }

    @Override
    public void beganAnew(Topic topic) {
        ends.values()
                .forEach(ofFleet ->
                        ofFleet.keySet().removeIf(place -> place.topic().equals(topic.name())));
    }

    @Override
    public void close() {
        logs.close();
    }
}
