package dev.baton.failover.core;

import dev.baton.contract.IpAddress;
import dev.baton.contract.Pool;
import dev.baton.contract.RefusalReason;
import dev.baton.contract.ReservedNetwork;
import java.util.Optional;

/**
 * Addresses that cannot be EIPs. A declaration that asks for one is refused and none is handed out; an EIP that was
 * allocated before this was known stays with its policies.
 */
final class UnusableAddresses {
    private UnusableAddresses() {}

    /** @param detail which addresses, and why not */
    record Problem(RefusalReason reason, String detail) {
        /** @param field of the declaration that asks for them */
        Refusal refusal(String subject, String field) {
            return new Refusal(subject, reason, field + ": " + detail);
        }
    }

    /** Empty: every address of the pool can be an EIP. */
    static Optional<Problem> in(Turn turn, Pool pool) {
        return ReservedNetwork.problemOf(pool).map(detail -> new Problem(RefusalReason.ADDRESS_RESERVED, detail));
    }

    static Optional<Problem> in(Turn turn, IpAddress address) {
        return in(turn, Pool.of(address));
    }

    /** The addresses of the pool that can be EIPs. */
    static Pool usable(Turn turn, Pool pool) {
        Pool usable = pool;
        for (ReservedNetwork reserved : ReservedNetwork.values()) {
            usable = usable.without(reserved.network());
        }
        return usable;
    }
}
