package dev.baton.launcher.lab;

import dev.baton.contract.NodeId;
import java.time.Duration;
import java.util.Set;

/**
 * A fault and what must hold while it is played. In all of them: no frame with the EIP out of turn, no packet of a pod
 * with another source, no reset.
 *
 * @param story for a person who watches
 */
public record Scenario(String name, String story, Must must, Fault fault) {
    /** The required outcome of a fault. */
    public enum Must {
        /** Another node takes over, after the holder was timed out. */
        MOVE,
        /** Another node takes over at once, without a timeout. */
        MOVE_AT_ONCE,
        /** Everything stays where it is, and no packet is lost. */
        LOSE_NOTHING,
        /** Everything stays where it is; packets may be lost, but for a short time. */
        STAY,
        /** No node holds the EIP for a while; then the same node does again. */
        RETURN,
        /** No node holds the EIP for a while; then one does. */
        WAIT
    }

    /** Causes the fault in a lab at rest, and returns when the lab is at rest again. */
    @FunctionalInterface
    public interface Fault {
        Struck play(Lab lab);
    }

    /**
     * What was done, and when.
     *
     * @param at just before the fault
     * @param exempt nodes whose own pods need not get through
     */
    public record Struck(NodeId holder, Moment at, Set<NodeId> exempt) {
        public Struck {
            exempt = Set.copyOf(exempt);
        }
    }

    /** The longest time without packets of pods that are not exempt; generous, for machines that are busy. */
    Duration longestGap(Lab lab) {
        Duration eviction = lab.timings().eipEvictionTimeout();
        return switch (must) {
            case MOVE ->
                eviction.plus(lab.timings().tunnelMonitorPeriod().multipliedBy(2))
                        .plusMillis(2500);
            case MOVE_AT_ONCE, STAY -> Duration.ofMillis(1500);
            case LOSE_NOTHING -> Duration.ZERO;
            case RETURN -> eviction.plusSeconds(5);
            case WAIT -> Duration.ofMinutes(10);
        };
    }

    boolean moves() {
        return must == Must.MOVE || must == Must.MOVE_AT_ONCE;
    }

    boolean stays() {
        return !moves() && must != Must.WAIT;
    }
}
