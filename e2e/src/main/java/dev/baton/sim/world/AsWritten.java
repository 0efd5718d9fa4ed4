package dev.baton.sim.world;

import dev.baton.contract.Decided;
import dev.baton.contract.LivenessEvent;
import dev.baton.contract.Rules;
import dev.baton.contract.Sequenced;
import dev.baton.contract.Sequenced.Source;
import dev.baton.contract.Tick;
import dev.baton.contract.wire.Log;
import dev.baton.contract.wire.Logs;
import dev.baton.contract.wire.WireCodec;

/**
 * What is left of a record once it is in the log: the format of the rules in force has no place for what came with
 * later ones.
 */
final class AsWritten {
    private static final WireCodec CODEC = WireCodec.bundled();

    private AsWritten() {}

    /** An entry of the fleet log, if it follows from a heartbeat; all others are written with all that they say. */
    static Sequenced of(Sequenced entry, Rules inForce) {
        boolean isOfLiveness = entry.origin()
                .filter(origin -> origin.source() == Source.HEARTBEATS)
                .isPresent();
        return isOfLiveness && !(entry.event() instanceof Tick) ? of(Logs.FLEET, entry, inForce) : entry;
    }

    static Decided of(Decided decided, Rules inForce) {
        return of(Logs.DECISIONS, decided, inForce);
    }

    /** An agent's answer: the log counts in microseconds. */
    static LivenessEvent of(LivenessEvent said) {
        return CODEC.decode(Logs.HEARTBEATS, CODEC.encode(Logs.HEARTBEATS, said));
    }

    private static <T> T of(Log<T> log, T value, Rules inForce) {
        return CODEC.decode(log, CODEC.encode(log, value, inForce));
    }
}
