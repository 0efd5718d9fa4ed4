package dev.baton.launcher.mesh;

import dev.baton.contract.Epoch;
import dev.baton.contract.mesh.Route;
import java.util.Optional;

/**
 * Versions of assignments: the epoch of the route, and behind it what its names resolved to. All servers give the same
 * content the same version, also after a restart, and an acknowledged version says which epoch is in use.
 */
final class Versions {
    private static final int BITS = 16;
    private static final long MASK = (1L << BITS) - 1;

    private Versions() {}

    /** @param resolved the route to addresses; empty: it had no names */
    static long of(Epoch epoch, Optional<Route> resolved) {
        // The order of sorted maps makes their text the same everywhere, which their hash code with enums is not.
        long behind = resolved.map(route -> route.targets().toString().hashCode() & MASK)
                .orElse(0L);
        return (epoch.number() << BITS) | behind;
    }

    static Epoch epochOf(long version) {
        return new Epoch(version >>> BITS);
    }
}
