package dev.baton.failover.health;

import dev.baton.contract.Tick;
import dev.baton.contract.mesh.EndpointAddress;
import dev.baton.contract.mesh.HealthEvent;
import dev.baton.contract.mesh.HealthEvent.ObserverGone;
import dev.baton.contract.mesh.HealthReport;
import dev.baton.contract.mesh.HealthRulesDeclared;
import dev.baton.contract.mesh.HealthVerdict;
import dev.baton.contract.mesh.MeshEvent;
import dev.baton.contract.mesh.MeshEvent.EndpointHealthChanged;
import dev.baton.contract.mesh.ProxyReport;
import dev.baton.contract.mesh.Ticked;
import dev.baton.failover.core.LogClock;
import dev.baton.failover.core.Table;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/** The health fold: from what observers report, and ticks, to what they agree on; only changes come out. */
public final class Health {
    private Health() {}

    /** @param changes for the log of the mesh, in order */
    public record Outcome(HealthState state, List<MeshEvent> changes) {
        public Outcome {
            changes = List.copyOf(changes);
        }
    }

    public static Outcome step(HealthState before, HealthEvent event) {
        return switch (event) {
            case Ticked(Tick tick) ->
                LogClock.accepts(before.clock(), tick)
                        ? withTime(new HealthState(
                                before.mesh(),
                                LogClock.after(before.clock(), tick),
                                before.rules(),
                                before.endpoints()))
                        : new Outcome(before, List.of());
            case HealthRulesDeclared(var rules) ->
                withTime(new HealthState(before.mesh(), before.clock(), rules, before.endpoints()));
            case ObserverGone(var observer) ->
                changed(before, evidence -> evidence.without(observer, before.now(), before.rules()));
            case HealthReport report -> reported(before, report);
            case ProxyReport report -> new Outcome(before, List.of(report));
        };
    }

    /** The same; an entry at which the fold throws changes nothing, in the coordinator and in every replay. */
    public static Outcome orPassedOver(HealthState before, HealthEvent event, Consumer<RuntimeException> bugs) {
        try {
            return step(before, event);
        } catch (RuntimeException bug) {
            bugs.accept(bug);
            return new Outcome(before, List.of());
        }
    }

    private static Outcome reported(HealthState before, HealthReport report) {
        EndpointAddress endpoint = report.endpoint();
        Evidence known = before.endpoints().get(endpoint).orElse(Evidence.NONE);
        Evidence now = known.with(report, before.now(), before.rules());
        var changes = new ArrayList<MeshEvent>();
        Table<EndpointAddress, Evidence> after = put(before.endpoints(), endpoint, known, now, changes);
        return new Outcome(new HealthState(before.mesh(), before.clock(), before.rules(), after), changes);
    }

    private static Outcome withTime(HealthState state) {
        return changed(state, evidence -> evidence.at(state.now(), state.rules()));
    }

    private static Outcome changed(HealthState state, UnaryOperator<Evidence> change) {
        Table<EndpointAddress, Evidence> after = state.endpoints();
        var changes = new ArrayList<MeshEvent>();
        for (Table.Entry<EndpointAddress, Evidence> entry : state.endpoints()) {
            after = put(after, entry.key(), entry.value(), change.apply(entry.value()), changes);
        }
        return new Outcome(new HealthState(state.mesh(), state.clock(), state.rules(), after), changes);
    }

    /** One that passes and that nobody has said anything of is as one that was never heard of. */
    private static Table<EndpointAddress, Evidence> put(
            Table<EndpointAddress, Evidence> into,
            EndpointAddress endpoint,
            Evidence before,
            Evidence after,
            List<MeshEvent> changes) {
        if (!after.verdict().equals(before.verdict())) {
            changes.add(new EndpointHealthChanged(endpoint, after.verdict()));
        }
        if (after.heard().isEmpty() && after.verdict() instanceof HealthVerdict.Passing) {
            return into.without(endpoint);
        }
        return after == before ? into : into.with(endpoint, after);
    }
}
