package dev.baton.xds.resource;

import java.util.Collection;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** All that a client may see: a view. */
public record Resources(Map<ResourceType, SortedMap<String, Resource>> byType) {
    public static final Resources NONE = new Resources(Map.of());

    public Resources {
        var copy = new EnumMap<ResourceType, SortedMap<String, Resource>>(ResourceType.class);
        byType.forEach((type, named) -> copy.put(type, Collections.unmodifiableSortedMap(new TreeMap<>(named))));
        byType = Collections.unmodifiableMap(copy);
    }

    /** @throws IllegalArgumentException if two of a type have the same name */
    public static Resources of(Collection<Resource> resources) {
        var byType = new EnumMap<ResourceType, SortedMap<String, Resource>>(ResourceType.class);
        for (Resource resource : resources) {
            var named = byType.computeIfAbsent(resource.type(), type -> new TreeMap<>());
            if (named.putIfAbsent(resource.name(), resource) != null) {
                throw new IllegalArgumentException("resources: " + resource.type() + " " + resource.name()
                        + " is there twice; a name counts once");
            }
        }
        return new Resources(byType);
    }

    public SortedMap<String, Resource> of(ResourceType type) {
        return byType.getOrDefault(type, Collections.emptySortedMap());
    }
}
