package dev.baton.prober.core;

import dev.baton.contract.mesh.EndpointAddress;

/** Where in its interval an endpoint has its turn. */
final class Phases {
    private static final long STEP = 0x9e3779b97f4a7c15L;

    private Phases() {}

    /** @return from 0 to below the interval, the same for the same seed and endpoint on every machine */
    static long phase(long seed, EndpointAddress endpoint, long interval) {
        // The hash of a text is defined by the language, that of a record is not.
        long text = (long) endpoint.host().hashCode() << Integer.SIZE | endpoint.port();
        return Math.floorMod(mixed(mixed(seed + STEP) ^ text), interval);
    }

    /** The last steps of SplitMix64: neighbouring addresses come far apart. */
    private static long mixed(long value) {
        long mixed = value + STEP;
        mixed = (mixed ^ (mixed >>> 30)) * 0xbf58476d1ce4e5b9L;
        mixed = (mixed ^ (mixed >>> 27)) * 0x94d049bb133111ebL;
        return mixed ^ (mixed >>> 31);
    }
}
