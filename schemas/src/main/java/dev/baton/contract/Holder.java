package dev.baton.contract;

/** A node in one of its incarnations: authority ends with the incarnation. */
public record Holder(NodeId node, Incarnation incarnation) {
    @Override
    public String toString() {
        return node + "#" + incarnation;
    }
}
