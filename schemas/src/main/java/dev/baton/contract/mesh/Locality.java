package dev.baton.contract.mesh;

import java.util.Comparator;

/** Where something runs. An empty part is not known. */
public record Locality(String region, String zone) implements Comparable<Locality> {
    public static final Locality UNKNOWN = new Locality("", "");

    private static final Comparator<Locality> ORDER =
            Comparator.comparing(Locality::region).thenComparing(Locality::zone);

    /** Two places of which one is not known are not said to be the same region. */
    public boolean isInRegionOf(Locality other) {
        return !region.isEmpty() && region.equals(other.region);
    }

    @Override
    public int compareTo(Locality other) {
        return ORDER.compare(this, other);
    }

    @Override
    public String toString() {
        return zone.isEmpty() ? region : region + "/" + zone;
    }
}
