package dev.baton.contract.mesh;

/**
 * What one observer has seen of one endpoint. It tells how things stand and not what has changed, so it may come twice.
 */
public sealed interface HealthReport extends HealthEvent {
    ObserverId observer();

    Locality from();

    EndpointAddress endpoint();

    /** Counts up by one with each report of this observer on this endpoint: one that is not higher is an old one. */
    long sequence();

    /** @param inARow how many probes in a row have ended like the last one, at least 1 */
    record ProbeReported(
            ObserverId observer, Locality from, EndpointAddress endpoint, long sequence, boolean passed, int inARow)
            implements HealthReport {
        public ProbeReported {
            if (inARow < 1) {
                throw new IllegalArgumentException("probes in a row: " + inARow + " is below 1");
            }
        }
    }

    /**
     * How a proxy's requests ended.
     *
     * @param failedInARow how many requests in a row have failed until now; 0: the last one did not
     */
    record TrafficReported(
            ObserverId observer, Locality from, EndpointAddress endpoint, long sequence, int failedInARow)
            implements HealthReport {
        public TrafficReported {
            if (failedInARow < 0) {
                throw new IllegalArgumentException("failed requests in a row: " + failedInARow + " is below 0");
            }
        }
    }
}
