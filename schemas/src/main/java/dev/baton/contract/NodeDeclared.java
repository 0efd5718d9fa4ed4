package dev.baton.contract;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Kubernetes knows the node.
 *
 * @param ready Kubernetes' own opinion (condition Ready); costs new EIPs, never those it holds
 * @param cordoned unschedulable, or annotated to be drained: it is to be emptied by planned moves and gets no new EIPs
 */
public record NodeDeclared(NodeId node, SortedMap<String, String> labels, boolean ready, boolean cordoned)
        implements Declaration {
    public NodeDeclared {
        labels = Collections.unmodifiableSortedMap(new TreeMap<>(labels));
    }
}
