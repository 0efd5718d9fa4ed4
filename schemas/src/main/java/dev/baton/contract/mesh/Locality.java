package dev.baton.contract.mesh;

import java.util.Comparator;
import java.util.regex.Pattern;

/** Where something runs. An empty part is not known. */
public record Locality(String region, String zone) implements Comparable<Locality> {
    /** As Kubernetes allows it in the value of a label. */
    private static final Pattern PART = Pattern.compile("([A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?");

    public static final Locality UNKNOWN = new Locality("", "");

    private static final Comparator<Locality> ORDER =
            Comparator.comparing(Locality::region).thenComparing(Locality::zone);

    public Locality {
        requirePart("region", region);
        requirePart("zone", zone);
    }

    private static void requirePart(String field, String value) {
        if (!PART.matcher(value).matches()) {
            throw new IllegalArgumentException(field + ": \"" + value
                    + "\" is not one; allowed are letters, digits, '-', '_' and '.', at most 63, first and last a"
                    + " letter or digit");
        }
    }

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
