package dev.baton.sim;

import dev.baton.contract.Settings;
import dev.baton.sim.fault.Churn;
import dev.baton.sim.fault.Faults;
import dev.baton.sim.fault.SingleFault;
import dev.baton.sim.law.LastWord;
import dev.baton.sim.law.Law;
import dev.baton.sim.law.Rest;
import dev.baton.sim.menu.LawBroken;
import dev.baton.sim.menu.LawName;
import dev.baton.sim.world.SimNode;
import dev.baton.sim.world.World;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Faults for a while, then mending, then rest within a stated bound, then a while in which nothing may be decided. */
final class Rounds {
    /** A coordinator that was replaced may speak at any time; its successor has put that right after two looks. */
    private static final long PUT_RIGHT = 3_000_000_000L;

    private final World world;
    private final List<Law> laws;
    private final Churn churn;
    private final Faults faults;
    private long mendedAt;
    private long decidedAtRest;
    private long rounds;

    Rounds(World world, List<Law> laws) {
        this.world = world;
        this.laws = laws;
        this.churn = new Churn(world);
        this.faults = new Faults(world, churn);
    }

    long completed() {
        return rounds;
    }

    void start() {
        world.coordinators().start();
        churn.declareAll();
        for (SimNode node : world.nodes()) {
            world.scheduler()
                    .in(Math.round(world.random().nextDouble() * world.swarm().timeoutNanos()), node::start);
        }
        world.scheduler().in(world.swarm().timeoutNanos() * 2, this::strike);
    }

    private void strike() {
        faults.begin();
        long length =
                Math.round(world.swarm().timeoutNanos() * (3 + world.random().nextDouble() * 9));
        world.scheduler().in(length, this::mend);
    }

    private void mend() {
        faults.heal();
        mendedAt = world.scheduler().now();
        if (world.random().nextBoolean()) {
            long later =
                    Math.round(world.swarm().timeoutNanos() * world.random().nextDouble());
            world.scheduler().in(later, this::restartInQuiet);
        }
        world.scheduler().in(world.swarm().timeoutNanos() * 5 / 4, this::awaitRest);
    }

    /**
     * How long an EIP may be without a live holder in a mended world with an eligible node: another ticker takes over,
     * a silent node is timed out, its agent comes back as a new incarnation, and a few nodes fail an assignment first.
     */
    private long bound() {
        Settings settings = world.swarm().settings();
        Duration timeouts = settings.timings().eipEvictionTimeout().multipliedBy(8);
        Duration attempts = settings.ackTimeout().plus(settings.quarantine()).multipliedBy(3);
        return Duration.ofSeconds(3).plus(timeouts).plus(attempts).toNanos();
    }

    /**
     * The declarations that mend the world wake every log. A coordinator that starts after them, when everything is
     * committed, finds a fleet log that nobody else appends to, also if something waits for time.
     */
    private void restartInQuiet() {
        if (world.group().fleet() == world.logs().fleet().end()) {
            world.coordinators().restart();
        } else if (world.scheduler().now() - mendedAt < world.swarm().timeoutNanos() * 2) {
            world.scheduler().in(world.swarm().timeoutNanos() / 100, this::restartInQuiet);
        }
    }

    private void awaitRest() {
        Optional<String> complaint = Rest.complaint(world);
        Optional<String> stale = complaint.isPresent() ? Optional.empty() : LastWord.complaint(world);
        if (complaint.isEmpty() && stale.isEmpty()) {
            world.trace().line("world", "REST", "");
            decidedAtRest = world.ledger().decidedEnd();
            world.scheduler().in(world.swarm().timeoutNanos() * 2, this::validate);
        } else if (world.scheduler().now() - mendedAt > bound()) {
            throw new LawBroken(
                    complaint.isPresent() ? LawName.ELIGIBLE_HOLDERS : LawName.LAST_WORD,
                    "not at rest " + bound() / 1_000_000 + "ms after mending: "
                            + complaint.or(() -> stale).orElseThrow());
        } else {
            world.scheduler().in(world.swarm().timeoutNanos() / 4, this::awaitRest);
        }
    }

    private void validate() {
        for (long offset = decidedAtRest; offset < world.ledger().decidedEnd(); offset++) {
            if (!world.ledger().decided(offset).decisions().isEmpty()) {
                throw new LawBroken(
                        LawName.BOUNDED_DECISIONS,
                        "decided at rest: " + world.ledger().decided(offset).decisions());
            }
        }
        Rest.complaint(world).ifPresent(complaint -> {
            throw new LawBroken(LawName.RESTART_CHANGES_NOTHING, "rest did not last: " + complaint);
        });
        if (LastWord.complaint(world).isPresent()) {
            world.scheduler().in(PUT_RIGHT, this::lastWords);
        } else {
            lastWords();
        }
    }

    private void lastWords() {
        LastWord.complaint(world).ifPresent(stale -> {
            throw new LawBroken(LawName.LAST_WORD, "rest did not last: " + stale);
        });
        laws.forEach(law -> law.validate(world));
        rounds++;
        new SingleFault(world, churn, this::strike).strike();
    }
}
