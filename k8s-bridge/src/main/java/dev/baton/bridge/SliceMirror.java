package dev.baton.bridge;

import dev.baton.bridge.api.EgressApi;
import dev.baton.bridge.api.EgressClusterEndpointSlice;
import dev.baton.bridge.api.EgressEndpointSlice;
import dev.baton.bridge.api.SliceEndpoint;
import dev.baton.bridge.core.ObjectKey;
import dev.baton.bridge.core.ObjectKey.Part;
import dev.baton.bridge.core.Urgency;
import dev.baton.contract.EndpointSlice;
import dev.baton.contract.EndpointSlice.Endpoint;
import dev.baton.contract.IpAddress;
import dev.baton.contract.IpFamily;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The slices of the log as objects, for {@code kubectl get egep}; nothing reads them back. */
final class SliceMirror {
    final Seen<ObjectKey, HasMetadata> seen = new Seen<>();

    private final ClusterView view;
    private final StatusWriter writer;
    /** A slice's object is made once, not every round; slices that did not change are the same instances. */
    private Map<EndpointSlice, List<SliceEndpoint>> made = new IdentityHashMap<>();

    SliceMirror(ClusterView view, StatusWriter writer) {
        this.view = view;
        this.writer = writer;
    }

    void go(Collection<EndpointSlice> slices) {
        var wanted = new HashSet<ObjectKey>();
        var kept = new IdentityHashMap<EndpointSlice, List<SliceEndpoint>>();
        for (EndpointSlice slice : slices) {
            Optional<HasMetadata> policy = view.policies.get(slice.policy());
            if (policy.isEmpty()) {
                continue; // on its way out
            }
            List<SliceEndpoint> endpoints = made.getOrDefault(slice, List.of());
            if (endpoints.isEmpty()) {
                endpoints =
                        slice.endpoints().stream().map(SliceMirror::endpoint).toList();
            }
            kept.put(slice, endpoints);
            ObjectKey key = key(slice);
            wanted.add(key);
            if (seen.get(key).map(SliceMirror::endpointsOf).equals(Optional.of(endpoints))) {
                writer.drop(key);
            } else {
                writer.put(key, Urgency.SLICE, endpoints, Patches.object(object(slice, endpoints, policy.get())));
            }
        }
        made = kept;
        new HashMap<>(seen.byKey()).forEach((key, object) -> {
            if (!wanted.contains(key) && object.getMetadata().getDeletionTimestamp() == null) {
                writer.put(key, Urgency.SLICE, "gone", Patches.deletion(object));
            }
        });
    }

    static ObjectKey keyOf(HasMetadata slice) {
        return StatusRound.key(slice, Part.OBJECT);
    }

    private static ObjectKey key(EndpointSlice slice) {
        return new ObjectKey(
                slice.policy().isCluster() ? "EgressClusterEndpointSlice" : "EgressEndpointSlice",
                slice.policy().namespace(),
                slice.slice(),
                Part.OBJECT);
    }

    private static List<SliceEndpoint> endpointsOf(HasMetadata object) {
        return object instanceof EgressEndpointSlice slice
                ? slice.getEndpoints()
                : ((EgressClusterEndpointSlice) object).getEndpoints();
    }

    private static HasMetadata object(EndpointSlice slice, List<SliceEndpoint> endpoints, HasMetadata policy) {
        HasMetadata object;
        if (slice.policy().isCluster()) {
            var made = new EgressClusterEndpointSlice();
            made.setEndpoints(endpoints);
            object = made;
        } else {
            var made = new EgressEndpointSlice();
            made.setEndpoints(endpoints);
            made.getMetadata().setNamespace(slice.policy().namespace());
            object = made;
        }
        object.getMetadata().setName(slice.slice());
        object.getMetadata()
                .setLabels(Map.of(EgressApi.POLICY_LABEL, slice.policy().name()));
        object.getMetadata()
                .setOwnerReferences(List.of(Patches.ownedBy(
                        EgressApi.API_VERSION,
                        policy.getKind(),
                        policy.getMetadata().getName(),
                        policy.getMetadata().getUid())));
        return object;
    }

    private static SliceEndpoint endpoint(Endpoint endpoint) {
        return new SliceEndpoint(
                endpoint.namespace(),
                endpoint.pod(),
                texts(endpoint, IpFamily.V4),
                texts(endpoint, IpFamily.V6),
                endpoint.node().toString());
    }

    private static List<String> texts(Endpoint endpoint, IpFamily family) {
        return endpoint.addresses().stream()
                .filter(address -> address.family() == family)
                .map(IpAddress::toString)
                .toList();
    }
}
