package dev.baton.datapath;

import dev.baton.contract.DatapathFault;
import java.util.List;

/**
 * How the datapath stands after a check.
 *
 * @param fault NONE if it stands now
 * @param repaired what had drifted and was put back, each once
 * @param leaksStopped packets that the leak guard has dropped so far: each one is an alarm
 * @param addressConflicts how often another machine was heard, so far, that claims an address held here
 * @param newPods packets of pods of which nobody had said yet whether a policy selects them
 */
public record Health(
        DatapathFault fault,
        String detail,
        List<String> repaired,
        long leaksStopped,
        long addressConflicts,
        NewPodPackets newPods) {
    /**
     * Each the first packet of a connection, or a datagram.
     *
     * @param held dropped, so that it comes again
     * @param letGo passed on after its pod had waited as long as pods may
     */
    public record NewPodPackets(long held, long letGo) {
        public static final NewPodPackets NONE = new NewPodPackets(0, 0);
    }

    public Health {
        repaired = repaired.stream().distinct().toList();
    }

    /** Of a datapath whose addresses nobody else can have. */
    public Health(DatapathFault fault, String detail, List<String> repaired, long leaksStopped) {
        this(fault, detail, repaired, leaksStopped, 0, NewPodPackets.NONE);
    }
}
