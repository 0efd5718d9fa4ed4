package dev.baton.agent.core;

import dev.baton.contract.SettingsInForce;
import dev.baton.contract.Tunnel;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The newest cause of what a coordinator has said of each entity. One that was stopped, and replaced meanwhile, goes on
 * and says what it had to say: its old words come after its successor's new ones.
 */
final class NewestWords {
    private final SortedMap<String, Long> newest = new TreeMap<>();

    /**
     * Whether something newer was said of the same entity. A removal that does not say its cause is believed, as is
     * what no coordinator writes.
     */
    boolean isOld(LogEntry entry) {
        return switch (entry) {
            case LogEntry.TunnelShown(Tunnel tunnel) -> isOld("node " + tunnel.node(), OptionalLong.of(tunnel.cause()));
            case LogEntry.TunnelShown(SettingsInForce inForce) -> isOld("settings", OptionalLong.of(inForce.cause()));
            case LogEntry.TunnelGone(var node, var cause) -> isOld("node " + node, cause);
            case LogEntry.Assigned(var assignment) ->
                isOld("eip " + assignment.eip(), OptionalLong.of(assignment.cause()));
            case LogEntry.AssignmentGone(var eip, var cause) -> isOld("eip " + eip, cause);
            case LogEntry.PolicyBound(var binding) ->
                isOld("policy " + binding.policy(), OptionalLong.of(binding.cause()));
            case LogEntry.PolicyGone(var policy, var cause) -> isOld("policy " + policy, cause);
            case LogEntry.Endpoints endpoints -> false;
            case LogEntry.EndpointsGone gone -> false;
        };
    }

    private boolean isOld(String entity, OptionalLong cause) {
        return cause.isPresent() && newest.merge(entity, cause.getAsLong(), Math::max) > cause.getAsLong();
    }

    /** A log began anew: what was said before is not to be compared with what it says. */
    void forget() {
        newest.clear();
    }
}
