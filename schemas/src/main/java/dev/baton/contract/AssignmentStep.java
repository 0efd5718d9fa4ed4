package dev.baton.contract;

import java.util.Optional;

/** Where an EIP's assignment stands. One holder at most in each. */
public enum AssignmentStep {
    /** Nobody holds it, for want of an eligible node; its traffic is dropped. */
    WAITING,
    /** The holder keeps it; the successor prepares and acknowledges PREPARED. */
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
