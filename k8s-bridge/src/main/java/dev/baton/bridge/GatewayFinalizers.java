package dev.baton.bridge;

import dev.baton.bridge.api.EgressApi;
import dev.baton.bridge.api.EgressGateway;
import dev.baton.bridge.state.ClusterView;
import dev.baton.bridge.state.FleetView;
import dev.baton.bridge.status.ObjectKey;
import dev.baton.bridge.status.ObjectKey.Part;
import dev.baton.bridge.status.Urgency;
import dev.baton.bridge.write.Patches;
import dev.baton.bridge.write.StatusWriter;
import dev.baton.contract.GatewayId;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * Keeps a deleted gateway until no policy uses it any more. Then it is declared removed, and its object goes when the
 * coordinator has removed it. Used by the loop's thread only.
 */
final class GatewayFinalizers {
    private final ClusterView view;
    private final StatusWriter writer;

    GatewayFinalizers(ClusterView view, StatusWriter writer) {
        this.view = view;
        this.writer = writer;
    }

    void go(FleetView now) {
        for (EgressGateway gateway : List.copyOf(view.gateways.all())) {
            var id = new GatewayId(gateway.getMetadata().getName());
            boolean deleting = gateway.getMetadata().getDeletionTimestamp() != null;
            List<String> finalizers =
                    Objects.requireNonNullElse(gateway.getMetadata().getFinalizers(), List.of());
            boolean ours = finalizers.contains(EgressApi.GATEWAY_FINALIZER);
            ObjectKey key = StatusRound.key(gateway, Part.FINALIZER);
            if (deleting && !view.isUsed(id, now)) {
                view.wanted.drop(id);
            }
            if (deleting && ours && !now.has(id)) {
                var rest = new ArrayList<>(finalizers);
                rest.remove(EgressApi.GATEWAY_FINALIZER);
                writer.put(key, Urgency.FINALIZER, rest, Patches.finalizers(gateway, rest));
            } else if (!deleting && !ours) {
                var more = new ArrayList<>(finalizers);
                more.add(EgressApi.GATEWAY_FINALIZER);
                writer.put(key, Urgency.FINALIZER, more, Patches.finalizers(gateway, more));
            } else {
                writer.drop(key);
            }
        }
    }
}
