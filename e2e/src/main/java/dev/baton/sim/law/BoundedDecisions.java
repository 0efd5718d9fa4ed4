package dev.baton.sim.law;

import dev.baton.contract.Decision;
import dev.baton.contract.Decision.EipAssigned;
import dev.baton.sim.menu.LawName;
import dev.baton.sim.world.World;
import java.util.OptionalLong;

/**
 * Law 7: decisions per fault are bounded. While faults come, an EIP's assignment takes no more steps than a failed
 * planned move and an unplanned one have, for each fault; at rest it takes none at all, which {@link Rest} looks at.
 */
public final class BoundedDecisions implements Law {
    /** PREPARE, back to HELD, RELEASE, WAITING, ACQUIRE, HELD; and the same again for the node that comes back. */
    private static final long STEPS = 12;

    private long seen;
    private long assigned;
    private long answered = -1;

    @Override
    public LawName name() {
        return LawName.BOUNDED_DECISIONS;
    }

    @Override
    public void logsBeganAnew() {
        seen = 0;
        answered = -1;
    }

    @Override
    public void check(World world) {
        for (; seen < world.ledger().decidedEnd(); seen++) {
            world.ledger().decided(seen).decisions().forEach(this::answered);
            assigned += world.ledger().decided(seen).decisions().stream()
                    .filter(EipAssigned.class::isInstance)
                    .count();
            long most = STEPS * world.swarm().wishes().all() * (world.faults() + 1);
            if (assigned > most) {
                throw broken(assigned + " steps of assignments after " + world.faults() + " faults; at most " + most);
            }
        }
    }

    /** Each declaration is answered once, in the order in which they were made. */
    private void answered(Decision decision) {
        OptionalLong origin = switch (decision) {
            case Decision.DeclarationAccepted accepted -> OptionalLong.of(accepted.origin());
            case Decision.DeclarationRefused refused -> OptionalLong.of(refused.origin());
            default -> OptionalLong.empty();
        };
        if (origin.isPresent() && origin.getAsLong() <= answered) {
            throw broken("declaration " + origin.getAsLong() + " is answered after declaration " + answered);
        }
        origin.ifPresent(next -> answered = next);
    }
}
