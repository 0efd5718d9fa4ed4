package dev.baton.sim.law;

import dev.baton.sim.menu.LawBroken;
import dev.baton.sim.menu.LawName;
import dev.baton.sim.world.World;

/** Something that must hold at every instant, whatever is broken. */
public interface Law {
    LawName name();

    /** After every step. */
    void check(World world);

    /** All logs were made anew: what was read of those before says nothing of these. */
    default void logsBeganAnew() {}

    /** Once the world has been mended, has come to rest, and has stayed so for a while. */
    default void validate(World world) {}

    /** @return never; for use in an expression */
    default LawBroken broken(String message) {
        return new LawBroken(name(), message);
    }
}
