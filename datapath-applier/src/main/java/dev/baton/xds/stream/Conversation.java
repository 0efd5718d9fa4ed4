package dev.baton.xds.stream;

import dev.baton.xds.resource.Resource;
import dev.baton.xds.resource.ResourceType;
import dev.baton.xds.resource.Resources;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/** What one client has asked for, was told and has answered; and so what it has to be told next. */
final class Conversation {
    private final Map<ResourceType, Subscription> subscriptions = new EnumMap<>(ResourceType.class);
    /** Clusters that the client has just been told of, and whose endpoints it has not acknowledged. */
    private final SortedSet<String> warming = new TreeSet<>();

    private Optional<Resources> view = Optional.empty();
    private long lastNonce;

    Conversation(Form form) {
        for (ResourceType type : ResourceType.values()) {
            subscriptions.put(type, new Subscription(type, form));
        }
    }

    /** From now on the client is to see this. */
    void show(Resources newView) {
        view = Optional.of(newView);
    }

    void ask(Ask ask) {
        of(ask.type()).ask(ask);
        if (ask.type() == ResourceType.CLUSTER) {
            warming.removeAll(ask.unwanted());
        }
    }

    /** Empty: it is no answer to anything, or to something that held nothing. */
    Optional<Answer> answer(ResourceType type, long nonce, Optional<String> error) {
        var versions = of(type).answered(nonce, error.isEmpty());
        if (versions.isEmpty()) {
            return Optional.empty();
        }
        Set<String> names = versions.get().keySet();
        // What is refused is not waited for: all others would wait with it.
        if (type == ResourceType.ENDPOINTS || type == ResourceType.CLUSTER && error.isPresent()) {
            warming.removeAll(names);
        }
        return names.isEmpty() && error.isEmpty()
                ? Optional.empty()
                : Optional.of(new Answer(type, versions.get(), error));
    }

    /** What can be said now. Before there is a view that is nothing: an empty one would take away all that is there. */
    List<Update> updates() {
        if (view.isEmpty()) {
            return List.of();
        }
        var updates = new ArrayList<Update>();
        Resources shown = view.get();
        boolean removals = areRoutesSettled(shown);
        clusters(shown, removals).ifPresent(updates::add);
        tell(ResourceType.ENDPOINTS, shown, removals).ifPresent(updates::add);
        warming.retainAll(shown.of(ResourceType.ENDPOINTS).keySet());
        if (warming.isEmpty()) {
            tell(ResourceType.LISTENER, shown, true).ifPresent(updates::add);
            tell(ResourceType.ROUTES, shown, true).ifPresent(updates::add);
        }
        return updates;
    }

    private Optional<Update> clusters(Resources shown, boolean removals) {
        Subscription clusters = of(ResourceType.CLUSTER);
        var known = new TreeSet<String>();
        for (Resource resource : clusters.changes(shown.of(ResourceType.CLUSTER))) {
            if (clusters.has(resource.name())) {
                known.add(resource.name());
            }
        }
        Optional<Update> update = tell(ResourceType.CLUSTER, shown, removals);
        for (Resource changed : update.map(Update::changed).orElse(List.of())) {
            // A changed cluster starts anew, and waits 15 s for endpoints if it is not sent them again.
            of(ResourceType.ENDPOINTS).forget(changed.name());
            if (!known.contains(changed.name())) {
                warming.add(changed.name());
            }
        }
        return update;
    }

    private Optional<Update> tell(ResourceType type, Resources shown, boolean removals) {
        Subscription subscription = of(type);
        var resources = shown.of(type);
        List<String> gone = removals ? subscription.gone(resources) : List.of();
        Optional<Update> update = subscription.tell(lastNonce + 1, subscription.changes(resources), gone);
        lastNonce += update.isPresent() ? 1 : 0;
        return update;
    }

    /**
     * Nothing that the client's routes may still point at is taken away. After a reconnect it asks for clusters first,
     * and for its routes only then.
     */
    private boolean areRoutesSettled(Resources shown) {
        return warming.isEmpty()
                && of(ResourceType.ROUTES).isOpen()
                && List.of(ResourceType.LISTENER, ResourceType.ROUTES).stream()
                        .allMatch(type -> of(type).isSettled(shown.of(type)));
    }

    private Subscription of(ResourceType type) {
        return Objects.requireNonNull(subscriptions.get(type));
    }
}
