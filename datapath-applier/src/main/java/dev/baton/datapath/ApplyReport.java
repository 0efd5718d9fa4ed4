package dev.baton.datapath;

import dev.baton.contract.DatapathFault;
import dev.baton.contract.Eip;
import dev.baton.contract.MacAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** What one {@link Datapath#apply} did: one result for each EIP whose role on this node changed or failed. */
public record ApplyReport(List<Result> results) {
    public ApplyReport {
        results = List.copyOf(results);
    }

    /**
     * @param fault NONE if the EIP is now as desired; else why not, and nothing of it is held
     * @param owner the machine that has the EIP's address already, if one answered for it
     * @param took from the start of the apply to the read-back of this EIP
     */
    public record Result(Eip eip, DatapathFault fault, String detail, Optional<MacAddress> owner, Duration took) {}
}
