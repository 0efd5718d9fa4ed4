package dev.baton.contract.wire;

import dev.baton.contract.FleetId;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;

/** Where a fleet lives: the same partition in every log, for ever. Part of the logs' identity, never changed. */
public final class Partitions {
    private Partitions() {}

    public static int of(FleetId fleet, int count) {
        if (count < 1) {
            throw new IllegalArgumentException("partitions=" + count + " must be positive");
        }
        var sum = new CRC32C();
        sum.update(fleet.value().getBytes(StandardCharsets.UTF_8));
        return (int) (sum.getValue() % count);
    }
}
