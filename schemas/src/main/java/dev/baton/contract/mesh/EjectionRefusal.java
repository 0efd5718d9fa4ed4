package dev.baton.contract.mesh;

/** Why an endpoint that fails is not ejected. */
public enum EjectionRefusal {
    MAX_EJECTION_PERCENT,
    LAST_USABLE
}
