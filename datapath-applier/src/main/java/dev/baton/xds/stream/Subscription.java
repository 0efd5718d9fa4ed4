package dev.baton.xds.stream;

import com.google.protobuf.Any;
import dev.baton.xds.resource.Resource;
import dev.baton.xds.resource.ResourceType;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** What one client wants of one type, and what it was told. */
final class Subscription {
    /** Until some are answered nothing more is told, and what changes meanwhile is told at once. */
    private static final int MOST_UNANSWERED = 64;

    private final ResourceType type;
    /** Whether a response can say what is gone, or that nothing is there. */
    private final boolean saysGone;

    private final SortedSet<String> wanted = new TreeSet<>();
    private final SortedMap<String, Resource> sent = new TreeMap<>();
    private final SortedSet<String> toldGone = new TreeSet<>();
    private final SortedMap<String, Long> acknowledged = new TreeMap<>();
    private final SortedMap<Long, SortedMap<String, Long>> unanswered = new TreeMap<>();
    private boolean all;
    private boolean open;
    private boolean owesFirst;

    Subscription(ResourceType type, Form form) {
        this.type = type;
        this.saysGone = switch (form) {
            case DELTA -> true;
            case SOTW -> type.isListed();
        };
    }

    boolean isOpen() {
        return open;
    }

    void ask(Ask ask) {
        owesFirst |= !open;
        open = true;
        all = ask.all();
        ask.unwanted().forEach(name -> {
            wanted.remove(name);
            forget(name);
        });
        for (String name : ask.wanted()) {
            // A client that asks once more has lost it.
            wanted.add(name);
            forget(name);
        }
        ask.known().forEach((name, version) -> {
            sent.put(name, new Resource(type, name, version, Any.getDefaultInstance()));
            acknowledged.put(name, version);
        });
    }

    void forget(String name) {
        sent.remove(name);
        toldGone.remove(name);
        acknowledged.remove(name);
    }

    boolean has(String name) {
        return sent.containsKey(name);
    }

    boolean wants(String name) {
        return all || wanted.contains(name);
    }

    /** What is wanted and was not told yet. */
    List<Resource> changes(SortedMap<String, Resource> view) {
        return view.values().stream()
                .filter(resource -> wants(resource.name()))
                .filter(resource -> {
                    Resource known = sent.get(resource.name());
                    return known == null || known.version() != resource.version();
                })
                .toList();
    }

    /** What the client has, or asked for, and is not there. */
    List<String> gone(SortedMap<String, Resource> view) {
        var gone = new TreeSet<>(wanted);
        gone.addAll(sent.keySet());
        gone.removeAll(view.keySet());
        gone.removeAll(toldGone);
        return List.copyOf(gone);
    }

    /** Nothing, if there is nothing to say; a client's first question gets an answer in any case. */
    Optional<Update> tell(long nonce, List<Resource> changed, List<String> gone) {
        if (!open || unanswered.size() >= MOST_UNANSWERED) {
            return Optional.empty();
        }
        boolean speaks = !changed.isEmpty() || saysGone && (owesFirst || !gone.isEmpty());
        owesFirst = false;
        for (String name : gone) {
            forget(name);
            toldGone.add(name);
        }
        if (!speaks) {
            return Optional.empty();
        }
        var versions = new TreeMap<String, Long>();
        for (Resource resource : changed) {
            sent.put(resource.name(), resource);
            toldGone.remove(resource.name());
            versions.put(resource.name(), resource.version());
        }
        unanswered.put(nonce, versions);
        return Optional.of(new Update(type, nonce, changed, gone, List.copyOf(sent.values())));
    }

    /** Empty: it answers nothing that was sent. */
    Optional<SortedMap<String, Long>> answered(long nonce, boolean accepted) {
        var versions = Optional.ofNullable(unanswered.remove(nonce));
        // A client answers in order; what it has passed over it will not answer any more.
        unanswered.headMap(nonce).clear();
        if (accepted) {
            versions.ifPresent(acknowledged::putAll);
        }
        return versions;
    }

    /** Whether the client has acknowledged all of the view that it wants, and every answer is in. */
    boolean isSettled(SortedMap<String, Resource> view) {
        return unanswered.isEmpty() && isAcknowledged(view.values());
    }

    private boolean isAcknowledged(Collection<Resource> resources) {
        return resources.stream().filter(resource -> wants(resource.name())).allMatch(resource -> {
            Long version = acknowledged.get(resource.name());
            return version != null && version == resource.version();
        });
    }
}
