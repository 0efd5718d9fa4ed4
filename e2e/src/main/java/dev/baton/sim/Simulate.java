package dev.baton.sim;

import dev.baton.sim.menu.Fault;
import dev.baton.sim.menu.Mutant;
import dev.baton.sim.menu.Rare;
import java.io.PrintWriter;
import java.util.EnumSet;
import java.util.Optional;

/** Runs simulations and prints what came of them. */
public final class Simulate {
    private Simulate() {}

    /** @return 0 if every law held */
    public static int run(
            long seed, long seeds, long steps, Optional<Mutant> mutant, Optional<Fault> fatal, PrintWriter out) {
        int broken = 0;
        var unseen = EnumSet.allOf(Rare.class);
        for (long next = seed; next < seed + seeds; next++) {
            Simulation.Report report = new Simulation(next, steps, mutant, fatal).run();
            unseen.removeAll(report.seen().keySet());
            if (report.breach().isPresent()) {
                out.println(report.breach().get());
                broken++;
            }
            out.println("seed=" + next + " steps=" + report.steps() + " rounds=" + report.rounds() + " digest="
                    + report.digest().substring(0, 16)
                    + report.breach().map(b -> " broken=\"" + b.law() + "\"").orElse(" laws=hold") + " "
                    + report.swarm());
            out.flush();
        }
        out.println(unseen.isEmpty() ? "every rare state was seen" : "never seen: " + unseen);
        return broken == 0 ? 0 : 1;
    }
}
