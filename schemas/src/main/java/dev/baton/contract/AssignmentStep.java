package dev.baton.contract;

import java.util.Optional;

/** The step of an EIP's assignment. In each of them there is at most one holder. */
public enum AssignmentStep {
    /** No node holds the EIP, because none is eligible; its traffic is dropped. */
    WAITING,
    /** The holder keeps the EIP; the successor prepares and acknowledges PREPARED. */
    PREPARE,
    /** The holder lets go, forwards to the successor if there is one, and acknowledges WITHDRAWN. */
    RELEASE,
    /** The holder is new: it takes the EIP and acknowledges APPLIED. */
    ACQUIRE,
    /** The holder has acknowledged; everything is at rest. */
    HELD;

    /** Whether the holder may hold the EIP in this step. */
    public boolean mayHold() {
        return switch (this) {
            case PREPARE, ACQUIRE, HELD -> true;
            case RELEASE, WAITING -> false;
        };
    }

    /** The answer that ends this step; empty: no answer is awaited. */
    public Optional<AckOutcome> asks() {
        return switch (this) {
            case PREPARE -> Optional.of(AckOutcome.PREPARED);
            case RELEASE -> Optional.of(AckOutcome.WITHDRAWN);
            case ACQUIRE -> Optional.of(AckOutcome.APPLIED);
            case WAITING, HELD -> Optional.empty();
        };
    }
}
