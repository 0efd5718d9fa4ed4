package dev.baton.bridge;

/** Whether a bridge acts on what the coordinator decided, or only says what it would do. */
public enum Mode {
    /** Shows decisions in the objects, unless another controller that writes the same objects lives. */
    ACTIVE,
    /** Watches and declares, and writes nothing but a report: for an installation beside EgressGateway. */
    OBSERVE
}
