package dev.baton.bridge.status;

import dev.baton.bridge.api.EgressTunnel;
import dev.baton.contract.DatapathFault;
import dev.baton.contract.FleetSnapshot.FleetNode;
import dev.baton.contract.FleetSnapshot.TunnelAddress;
import dev.baton.contract.IpAddress;
import dev.baton.contract.ParentInterface;
import dev.baton.contract.TunnelPhase;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/** The status of a node's tunnel, as {@code kubectl get egt} prints it. */
public final class TunnelStatuses {
    private static final String READY = "Ready";

    private TunnelStatuses() {}

    /**
     * @param heartbeat the time of the node's last heartbeat; a time that is only newer than the one shown makes no
     *     difference here, else every heartbeat would become a write
     */
    public static EgressTunnel.Status of(
            FleetNode node, EgressTunnel.Status existing, Optional<Instant> heartbeat, Instant now) {
        String reason = node.fault() == DatapathFault.NONE
                ? node.reason().name()
                : node.fault().name();
        var conditions = new Conditions(0, existing.conditions(), now)
                .add(READY, node.shown() == TunnelPhase.READY, reason, "incarnation=" + node.incarnation())
                .conditions();
        String phase = node.shown().text();
        boolean changed =
                !phase.equals(existing.phase()) || existing.lastHeartbeatTime().isEmpty();
        String heard = changed ? later(existing.lastHeartbeatTime(), heartbeat) : existing.lastHeartbeatTime();
        return new EgressTunnel.Status(
                address(node), node.tunnel().map(a -> a.mark().toString()).orElse(""), phase, heard, conditions);
    }

    /** Both texts have the same form, so the later one is the greater one. */
    private static String later(String shown, Optional<Instant> heartbeat) {
        String heard = heartbeat
                .map(at -> at.truncatedTo(ChronoUnit.SECONDS).toString())
                .orElse(shown);
        return heard.compareTo(shown) > 0 ? heard : shown;
    }

    /** The same with another time of the last heartbeat. */
    public static EgressTunnel.Status heard(EgressTunnel.Status status, Instant at) {
        return new EgressTunnel.Status(
                status.tunnel(),
                status.mark(),
                status.phase(),
                at.truncatedTo(ChronoUnit.SECONDS).toString(),
                status.conditions());
    }

    private static EgressTunnel.TunnelAddress address(FleetNode node) {
        Optional<TunnelAddress> tunnel = node.tunnel();
        return new EgressTunnel.TunnelAddress(
                tunnel.map(a -> a.ipv4().toString()).orElse(""),
                tunnel.map(a -> a.ipv6().toString()).orElse(""),
                tunnel.map(a -> a.mac().toString()).orElse(""),
                new EgressTunnel.Parent(
                        node.parent().map(ParentInterface::name).orElse(""),
                        text(node.parent().flatMap(ParentInterface::ipv4)),
                        text(node.parent().flatMap(ParentInterface::ipv6))));
    }

    private static String text(Optional<IpAddress> address) {
        return address.map(IpAddress::toString).orElse("");
    }
}
