package dev.baton.failover.routing;

import dev.baton.contract.Tick;
import dev.baton.contract.mesh.HealthRulesDeclared;
import dev.baton.contract.mesh.MeshDecision;
import dev.baton.contract.mesh.MeshDeclaration;
import dev.baton.contract.mesh.MeshDeclaration.CallerDeclared;
import dev.baton.contract.mesh.MeshDeclaration.CallerRemoved;
import dev.baton.contract.mesh.MeshDeclaration.DestinationDeclared;
import dev.baton.contract.mesh.MeshDeclaration.DestinationRemoved;
import dev.baton.contract.mesh.MeshDeclaration.EjectRequested;
import dev.baton.contract.mesh.MeshDeclaration.FailBackRequested;
import dev.baton.contract.mesh.MeshDeclaration.FailOverRequested;
import dev.baton.contract.mesh.MeshDeclaration.FailoverPolicyDeclared;
import dev.baton.contract.mesh.MeshDeclaration.FailoverPolicyRemoved;
import dev.baton.contract.mesh.MeshDeclaration.HoldRequested;
import dev.baton.contract.mesh.MeshDeclaration.MemberDeclared;
import dev.baton.contract.mesh.MeshDeclaration.MemberRemoved;
import dev.baton.contract.mesh.MeshEntry;
import dev.baton.contract.mesh.MeshEvent.EndpointHealthChanged;
import dev.baton.contract.mesh.ProxyReport;
import dev.baton.contract.mesh.Ticked;
import dev.baton.failover.core.LogClock;
import java.util.List;
import java.util.function.Consumer;

/** The routing fold: from a mesh's log to ejections, returns and routes. */
public final class Routing {
    private Routing() {}

    /** @param decisions in order; their index in this list is part of their name */
    public record Outcome(MeshState state, List<MeshDecision> decisions) {
        public Outcome {
            decisions = List.copyOf(decisions);
        }
    }

    /** @param offset of the entry */
    public static Outcome step(MeshState before, long offset, MeshEntry entry) {
        var turn = new MeshTurn(before, offset);
        if (entry.origin().isPresent() && !turn.take(entry.origin().get())) {
            return new Outcome(before, List.of());
        }
        switch (entry.event()) {
            case Ticked(Tick tick) -> {
                if (LogClock.accepts(before.clock(), tick)) {
                    turn.put(LogClock.after(before.clock(), tick));
                    turn.lookAtThoseThatWait();
                }
            }
            case EndpointHealthChanged(var endpoint, var verdict) -> {
                turn.put(endpoint, verdict);
                turn.lookAtThoseWith(endpoint);
            }
            case ProxyReport report -> Proxies.take(turn, report);
            case MeshDeclaration declaration -> declared(turn, declaration);
        }
        return turn.outcome();
    }

    /** The same; an entry at which the fold throws changes nothing, in the coordinator and in every replay. */
    public static Outcome orPassedOver(
            MeshState before, long offset, MeshEntry entry, Consumer<RuntimeException> bugs) {
        try {
            return step(before, offset, entry);
        } catch (RuntimeException bug) {
            bugs.accept(bug);
            return new Outcome(before, List.of());
        }
    }

    private static void declared(MeshTurn turn, MeshDeclaration declaration) {
        var requests = new Requests(turn);
        switch (declaration) {
            case DestinationDeclared(var destination) -> turn.declare(destination);
            case DestinationRemoved(var destination) -> turn.remove(destination);
            case MemberDeclared(var member) -> turn.put(member);
            case MemberRemoved(var member) -> turn.remove(member);
            case CallerDeclared(var caller) -> {
                turn.put(caller);
                turn.lookAtAll();
            }
            case CallerRemoved(var caller) -> turn.remove(caller);
            case FailoverPolicyDeclared(var policy) -> {
                turn.put(policy);
                turn.lookAtAll();
            }
            case FailoverPolicyRemoved(var policy) -> {
                turn.remove(policy);
                turn.lookAtAll();
            }
            case HealthRulesDeclared(var rules) -> turn.put(rules);
            case FailOverRequested(var destination) -> requests.failOver(destination);
            case EjectRequested(var destination, var member) -> requests.eject(destination, member);
            case FailBackRequested(var destination, var endpoint) -> requests.failBack(destination, endpoint);
            case HoldRequested(var destination, boolean hold) -> requests.hold(destination, hold);
        }
    }
}
