package dev.baton.sim;

import dev.baton.sim.law.AllocationsKept;
import dev.baton.sim.law.BoundedDecisions;
import dev.baton.sim.law.EligibleHolders;
import dev.baton.sim.law.FramesStop;
import dev.baton.sim.law.LastWord;
import dev.baton.sim.law.Law;
import dev.baton.sim.law.NoFalseTimeout;
import dev.baton.sim.law.NoReturn;
import dev.baton.sim.law.OldWords;
import dev.baton.sim.law.OneEmitter;
import dev.baton.sim.law.OnlyGrowing;
import dev.baton.sim.law.ReplayEquality;
import dev.baton.sim.law.RestartChangesNothing;
import dev.baton.sim.menu.Fault;
import dev.baton.sim.menu.LawBroken;
import dev.baton.sim.menu.LawName;
import dev.baton.sim.menu.Mutant;
import dev.baton.sim.menu.Rare;
import dev.baton.sim.world.World;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** One run: a seed, a number of steps, every law after every step. */
public final class Simulation {
    private final long seed;
    private final long steps;
    private final Optional<Mutant> mutant;
    private final Optional<Fault> fatal;

    /**
     * What a run came to.
     *
     * @param steps done
     * @param rounds of faults, mending and rest that were completed
     * @param digest of the whole trace, by its text
     * @param seen how often the run came to each rare state
     * @param breach the law that broke, if one did
     */
    public record Report(
            long seed,
            long steps,
            long rounds,
            String swarm,
            String digest,
            Map<Rare, Long> seen,
            Optional<Breach> breach) {}

    /**
     * A broken law.
     *
     * @param trace the last lines of the run
     */
    public record Breach(LawName law, String message, long seed, long step, String trace, String command) {
        @Override
        public String toString() {
            return trace + "\n\nlaw    " + law + "\nseed   " + seed + "\nstep   " + step + "\nreplay " + command
                    + "\n\n" + message;
        }
    }

    /**
     * @param mutant a rule of the code that is broken
     * @param fatal a fault that the code is known not to survive
     */
    public Simulation(long seed, long steps, Optional<Mutant> mutant, Optional<Fault> fatal) {
        this.seed = seed;
        this.steps = steps;
        this.mutant = mutant;
        this.fatal = fatal;
    }

    public Simulation(long seed, long steps) {
        this(seed, steps, Optional.empty(), Optional.empty());
    }

    /**
     * With a mutant, or a fatal fault, only the law that must notice is looked at: another would end the run before. A
     * fault that keeps the fleet from its progress must break no other law, so all are looked at.
     */
    private List<Law> laws() {
        return Stream.<Law>of(
                        new ReplayEquality(),
                        new OneEmitter(),
                        new OnlyGrowing(),
                        new NoReturn(),
                        new EligibleHolders(),
                        new NoFalseTimeout(),
                        new AllocationsKept(),
                        new BoundedDecisions(),
                        new RestartChangesNothing(),
                        new LastWord(),
                        new OldWords(),
                        new FramesStop())
                .filter(law -> mutant.map(Mutant::law)
                                .or(() -> fatal.flatMap(Fault::breaks).filter(broken -> !broken.isOfProgress()))
                                .orElse(law.name())
                        == law.name())
                .toList();
    }

    public Report run() {
        return run(world -> {});
    }

    /** @param atEnd is shown the world as it stands when the run ends */
    public Report run(Consumer<World> atEnd) {
        var world = new World(seed, mutant, fatal);
        List<Law> laws = laws();
        var rounds = new Rounds(world, laws);
        rounds.start();
        long step = 0;
        Optional<Breach> breach = Optional.empty();
        while (step < steps && breach.isEmpty()) {
            step++;
            world.trace().step(step);
            breach = step(world, laws, step);
        }
        atEnd.accept(world);
        return new Report(
                seed,
                step,
                rounds.completed(),
                world.swarm().toString(),
                world.trace().digest(),
                world.sightings().seen(),
                breach);
    }

    private Optional<Breach> step(World world, List<Law> laws, long step) {
        try {
            world.scheduler().next();
            if (world.logsBeganAnew()) {
                laws.forEach(Law::logsBeganAnew);
                world.sightings().logsBeganAnew();
            }
            for (Law law : laws) {
                law.check(world);
            }
            world.deeds().looked();
            world.sightings().look();
            return Optional.empty();
        } catch (LawBroken broken) {
            return Optional.of(breach(world, step, broken.law(), String.valueOf(broken.getMessage())));
        } catch (RuntimeException thrown) {
            // The cores are total: whatever they throw is a bug of theirs, or of the simulator.
            var stack = new StringWriter();
            thrown.printStackTrace(new PrintWriter(stack));
            return Optional.of(breach(world, step, LawName.TOTAL_FUNCTIONS, stack.toString()));
        }
    }

    private Breach breach(World world, long step, LawName law, String message) {
        String command = "baton simulate --seed " + seed + " --steps " + step
                + mutant.map(one -> " --mutant " + one).orElse("")
                + fatal.map(one -> " --fault " + one).orElse("");
        return new Breach(law, message, seed, step, world.trace().last(), command);
    }
}
