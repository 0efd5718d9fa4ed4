package dev.baton.sim;

import java.io.PrintWriter;
import java.util.Optional;

/** Runs simulations and prints what came of them. */
public final class Simulate {
    private Simulate() {}

    /** @return 0 if every law held */
    public static int run(long seed, long seeds, long steps, Optional<Mutant> mutant, PrintWriter out) {
        int broken = 0;
        for (long next = seed; next < seed + seeds; next++) {
            Simulation.Report report = new Simulation(next, steps, mutant).run();
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
        return broken == 0 ? 0 : 1;
    }
}
