package dev.baton.failover.routing;

import dev.baton.contract.Tick;
import dev.baton.contract.mesh.MeshDecision;
import dev.baton.contract.mesh.MeshEvent;
import dev.baton.contract.mesh.MeshEvent.CallerDeclared;
import dev.baton.contract.mesh.MeshEvent.CallerRemoved;
import dev.baton.contract.mesh.MeshEvent.DestinationDeclared;
import dev.baton.contract.mesh.MeshEvent.DestinationRemoved;
import dev.baton.contract.mesh.MeshEvent.EndpointHealthChanged;
import dev.baton.contract.mesh.MeshEvent.FailBackRequested;
import dev.baton.contract.mesh.MeshEvent.MemberDeclared;
import dev.baton.contract.mesh.MeshEvent.MemberRemoved;
import dev.baton.contract.mesh.Ticked;
import dev.baton.failover.core.LogClock;
import java.util.List;

/** The routing fold: from a mesh's log to ejections, returns and routes. */
public final class Routing {
    private Routing() {}

    /** @param decisions in order; their index in this list is part of their name */
    public record Outcome(MeshState state, List<MeshDecision> decisions) {
        public Outcome {
            decisions = List.copyOf(decisions);
        }
    }

    public static Outcome step(MeshState before, MeshEvent event) {
        var turn = new MeshTurn(before);
        switch (event) {
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
            case DestinationDeclared(var destination, var rules) -> turn.declare(destination, rules);
            case DestinationRemoved(var destination) -> turn.remove(destination);
            case MemberDeclared(var member) -> {
                turn.put(member);
                turn.lookAtAll();
            }
            case MemberRemoved(var member) -> {
                turn.remove(member);
                turn.lookAtAll();
            }
            case CallerDeclared(var caller) -> {
                turn.put(caller);
                turn.lookAtAll();
            }
            case CallerRemoved(var caller) -> turn.remove(caller);
            case FailBackRequested(var destination, var endpoint) -> turn.release(destination, endpoint);
        }
        return turn.outcome();
    }
}
