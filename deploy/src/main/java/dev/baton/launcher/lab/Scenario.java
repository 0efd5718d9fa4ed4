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
    /** What a fault must lead to. */
    public enum Must {
        /** Another node takes over, once the silence of the holder has cost it its EIPs. */
        MOVE,
        /** The same, without any silence. */
        MOVE_AT_ONCE,
        /** Everything stays where it is, and no packet is lost. */
        LOSE_NOTHING,
        /** Everything stays where it is; packets may be lost, but for a short time. */
        STAY,
        /** Nobody holds the EIP for a while; then the same node does again. */
        RETURN,
        /** Nobody holds the EIP for a while; then somebody does. */
        WAIT
    }

    /** Does something to a settled lab, and ends when the lab has settled again. */
    @FunctionalInterface
    public interface Fault {
        Struck play(Lab lab);
    }

    /**
     * What was done.
     *
     * @param at just before the fault
     * @param exempt nodes whose own pods cannot be expected to get through
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
