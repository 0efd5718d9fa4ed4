package dev.baton.sim.law;

import dev.baton.contract.Assignment;
import dev.baton.contract.Decision;
import dev.baton.contract.Eip;
import dev.baton.contract.Epoch;
import dev.baton.failover.core.FleetState;
import dev.baton.failover.core.Views;
import dev.baton.failover.core.Views.View;
import dev.baton.failover.runner.Write;
import dev.baton.sim.menu.LawName;
import dev.baton.sim.model.SimLog;
import dev.baton.sim.world.World;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Law 10: readers are told what was decided. An assignment is only ever shown as it was decided, and taken away only
 * after its EIP was freed; and once the world is mended, what each log says last is what its owner knows.
 */
public final class LastWord implements Law {
    private final Set<String> decided = new HashSet<>();
    private final Set<Eip> freed = new HashSet<>();
    private long seen;
    private long shown;

    @Override
    public LawName name() {
        return LawName.LAST_WORD;
    }

    @Override
    public void logsBeganAnew() {
        decided.clear();
        freed.clear();
        seen = 0;
        shown = 0;
    }

    @Override
    public void check(World world) {
        for (; seen < world.ledger().decidedEnd(); seen++) {
            world.ledger().decided(seen).decisions().forEach(this::decided);
        }
        SimLog<Write.Show> log = world.logs().assignments();
        for (; shown < log.end(); shown++) {
            SimLog.Entry<Write.Show> entry = log.get(shown);
            if (entry.isOf(world.fleetId())) {
                entry.record().map(Write.Show::view).ifPresent(this::check);
            }
        }
    }

    private void decided(Decision decision) {
        if (decision instanceof Decision.EipAssigned assigned) {
            decided.add(assigned.assignment().toString());
        } else if (decision instanceof Decision.EipFreed gone) {
            freed.add(gone.eip());
        }
    }

    private void check(View view) {
        if (view instanceof View.OfAssignment(var eip, var assignment, long cause)) {
            boolean known = assignment
                    .map(one -> one.epoch().equals(Epoch.NONE) || decided.contains(one.toString()))
                    .orElseGet(() -> freed.contains(eip));
            if (!known) {
                throw broken("readers are told " + view + ", which nobody decided");
            }
        }
    }

    /** What is not yet said as its owner knows it; a zombie may have left an older value last. */
    public static Optional<String> complaint(World world) {
        FleetState state = world.ledger().fleet();
        var wanted = new TreeMap<String, String>();
        for (View view : Views.all(state, 0)) {
            put(wanted, view);
        }
        var seen = new TreeMap<String, String>();
        world.logs().published(world.fleetId()).values().forEach(view -> put(seen, view));
        return wanted.equals(seen)
                ? Optional.empty()
                : Optional.of("the compacted logs end with\n  " + seen + "\nbut should with\n  " + wanted);
    }

    /** Causes are left out: a view that is published again names the offset of its publication. */
    private static void put(TreeMap<String, String> views, View view) {
        Optional<String> text = switch (view) {
            case View.OfTunnel tunnel ->
                tunnel.tunnel().map(t -> t.phase() + " #" + t.incarnation() + " " + t.ipv4() + " " + t.parent());
            case View.OfSettings settings ->
                Optional.of(settings.settings().settings().toString());
            case View.OfAssignment assignment -> assignment.assignment().map(Assignment::toString);
            case View.OfPolicy policy ->
                policy.binding().map(b -> b.eip() + " " + b.destinations() + " " + b.priority());
            case View.OfAlert alert -> Optional.empty();
        };
        String key = view.entity();
        views.remove(key);
        text.ifPresent(value -> views.put(key, value));
    }
}
