package dev.baton.contract.mesh;

/** Why a member that a destination names gets no traffic. */
public enum Unused {
    NOT_DECLARED,
    NO_GATEWAY,
    OTHER_HOST_NAME,
    WEIGHT_ZERO,
    NO_ENDPOINT
}
