package dev.baton.contract.mesh;

import java.time.Duration;

/**
 * When an endpoint counts as failing, and when as passing again.
 *
 * @param unhealthyThreshold failed probes in a row
 * @param healthyThreshold passed probes in a row
 * @param consecutiveErrors failed requests of a proxy in a row; 0: requests do not count
 * @param quorum observers that must agree; if fewer report, all of those
 * @param silentAfter an observer that has said nothing of an endpoint for so long says nothing about it
 */
public record HealthRules(
        int unhealthyThreshold, int healthyThreshold, int consecutiveErrors, int quorum, Duration silentAfter) {
    /** Until others are declared. */
    public static final HealthRules DEFAULT = new HealthRules(3, 2, 5, 2, Duration.ofSeconds(10));

    public HealthRules {
        require("unhealthyThreshold", unhealthyThreshold, 1);
        require("healthyThreshold", healthyThreshold, 1);
        require("consecutiveErrors", consecutiveErrors, 0);
        require("quorum", quorum, 1);
        if (!silentAfter.isPositive()) {
            throw new IllegalArgumentException("silentAfter: " + silentAfter + " is not above 0s");
        }
    }

    private static void require(String field, int value, int least) {
        if (value < least) {
            throw new IllegalArgumentException(field + ": " + value + " is below " + least);
        }
    }
}
