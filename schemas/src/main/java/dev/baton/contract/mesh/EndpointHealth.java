package dev.baton.contract.mesh;

/**
 * What the fleet's observations say of an endpoint.
 *
 * @param rampPercent of its share that it gets while it returns; 100 otherwise
 */
public record EndpointHealth(boolean ejected, int rampPercent) {
    public static final EndpointHealth HEALTHY = new EndpointHealth(false, 100);
    public static final EndpointHealth EJECTED = new EndpointHealth(true, 100);

    private static final int WHOLE = 100;

    public EndpointHealth {
        if (rampPercent < 1 || rampPercent > WHOLE) {
            throw new IllegalArgumentException("ramp: " + rampPercent + " is not from 1 to " + WHOLE);
        }
    }

    public static EndpointHealth ramping(int percent) {
        return new EndpointHealth(false, percent);
    }
}
