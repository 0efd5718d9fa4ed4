package dev.baton.failover.core;

import dev.baton.contract.DatapathFault;
import dev.baton.contract.MacAddress;
import java.util.Optional;

/**
 * Why a node could not take an EIP.
 *
 * @param owner the machine that has the EIP's address already, if one answered for it
 */
record Fault(DatapathFault kind, Optional<MacAddress> owner) {
    static Fault of(DatapathFault kind) {
        return new Fault(kind, Optional.empty());
    }
}
