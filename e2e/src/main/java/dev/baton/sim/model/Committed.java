package dev.baton.sim.model;

/**
 * What the owner of the partitions has committed: the next offset to process, by log. Those it replaced cannot commit.
 */
public record Committed(long heartbeats, long declarations, long fleet) {
    public static final Committed START = new Committed(0, 0, 0);
}
