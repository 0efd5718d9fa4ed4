package dev.baton.sim;

/**
 * What the owner of the partitions has committed: the next offset to process, by log. Those it replaced cannot commit.
 */
record Group(long heartbeats, long declarations, long fleet) {
    static final Group START = new Group(0, 0, 0);
}
