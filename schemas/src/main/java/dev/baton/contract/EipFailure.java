package dev.baton.contract;

import java.util.Optional;

/**
 * Why a node could not take an EIP.
 *
 * @param owner the machine that has the EIP's address already, if one answered for it
 */
public record EipFailure(DatapathFault fault, Optional<MacAddress> owner) {
    /** What failed without another machine's doing. */
    public static EipFailure of(DatapathFault fault) {
        return new EipFailure(fault, Optional.empty());
    }

    /** In words that every coordinator understands while these rules are in force. */
    public EipFailure under(Rules rules) {
        return fault == DatapathFault.ADDRESS_IN_USE && !rules.include(Rules.SEGMENTS)
                ? of(DatapathFault.ADDRESS)
                : this;
    }
}
