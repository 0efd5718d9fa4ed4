package dev.baton.datapath;

import dev.baton.contract.DatapathFault;
import dev.baton.contract.Eip;
import java.time.Duration;
import java.util.List;

/** What one {@link Datapath#apply} did: one result for each EIP whose role on this node changed or failed. */
public record ApplyReport(List<Result> results) {
    public ApplyReport {
        results = List.copyOf(results);
    }

    /**
     * @param fault NONE if the EIP is now as desired; else why not, and nothing of it is held
     * @param took from the start of the apply to the read-back of this EIP
     */
    public record Result(Eip eip, DatapathFault fault, String detail, Duration took) {}
}
