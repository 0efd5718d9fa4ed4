package dev.baton.xds.stream;

import dev.baton.xds.resource.ResourceType;
import java.util.Collections;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What a client wants, from now on.
 *
 * @param all of the type, whatever their names
 * @param wanted names in addition to those that it wanted before
 * @param unwanted names that it has forgotten
 * @param known versions that it still has from an earlier connection, by name
 */
record Ask(
        ResourceType type,
        boolean all,
        SortedSet<String> wanted,
        SortedSet<String> unwanted,
        SortedMap<String, Long> known) {
    Ask {
        wanted = Collections.unmodifiableSortedSet(new TreeSet<>(wanted));
        unwanted = Collections.unmodifiableSortedSet(new TreeSet<>(unwanted));
        known = Collections.unmodifiableSortedMap(new TreeMap<>(known));
    }
}
