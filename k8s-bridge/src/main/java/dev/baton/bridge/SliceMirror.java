package dev.baton.bridge;

import dev.baton.bridge.api.EgressApi;
import dev.baton.bridge.api.EgressClusterEndpointSlice;
import dev.baton.bridge.api.EgressEndpointSlice;
import dev.baton.bridge.api.PolicyOfSlice;
import dev.baton.bridge.api.SliceEndpoint;
import dev.baton.bridge.state.ClusterView;
import dev.baton.bridge.state.NewestObjects;
import dev.baton.bridge.status.ObjectKey;
import dev.baton.bridge.status.ObjectKey.Part;
import dev.baton.bridge.status.Urgency;
import dev.baton.bridge.write.Patches;
import dev.baton.bridge.write.StatusWriter;
import dev.baton.bridge.write.UnchangedSince;
import dev.baton.contract.EndpointSlice;
import dev.baton.contract.EndpointSlice.Endpoint;
import dev.baton.contract.IpAddress;
import dev.baton.contract.IpFamily;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.Collection;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** The slices of the log as objects, for {@code kubectl get egep}; nothing reads them back. */
final class SliceMirror {
    final NewestObjects<ObjectKey, HasMetadata> seen = new NewestObjects<>();

    /** A slice in Kubernetes' form. Built once: slices that did not change are the same instances. */
    private record Made(ObjectKey key, List<SliceEndpoint> endpoints) {}

    private record Basis(List<SliceEndpoint> wanted, Optional<List<SliceEndpoint>> existing) {}

    private final ClusterView view;
    private final StatusWriter writer;
    private final UnchangedSince looked;
    private Map<EndpointSlice, Made> made = new IdentityHashMap<>();

    SliceMirror(ClusterView view, StatusWriter writer, UnchangedSince looked) {
        this.view = view;
        this.writer = writer;
        this.looked = looked;
    }

    void go(Collection<EndpointSlice> slices) {
        var kept = new IdentityHashMap<EndpointSlice, Made>(slices.size());
        int there = 0;
        for (EndpointSlice slice : slices) {
            Optional<HasMetadata> policy = view.policies.get(slice.policy());
            if (policy.isEmpty()) {
                continue; // being deleted
            }
            Made known = made.get(slice);
            Made wanted = known == null
                    ? new Made(
                            key(slice),
                            slice.endpoints().stream()
                                    .map(SliceMirror::endpoint)
                                    .toList())
                    : known;
            kept.put(slice, wanted);
            there += seen.has(wanted.key()) ? 1 : 0;
            show(slice, wanted, policy.get());
        }
        made = kept;
        if (there < seen.all().size()) {
            removeOthers();
        }
    }

    private void show(EndpointSlice slice, Made wanted, HasMetadata policy) {
        ObjectKey key = wanted.key();
        var basis = new Basis(wanted.endpoints(), seen.get(key).map(SliceMirror::endpointsOf));
        if (looked.isDone(key, basis)) {
            return;
        }
        if (basis.existing().equals(Optional.of(wanted.endpoints()))) {
            writer.drop(key);
            looked.done(key, basis);
        } else if (writer.put(
                key, Urgency.SLICE, wanted.endpoints(), Patches.object(object(slice, wanted.endpoints(), policy)))) {
            looked.done(key, basis);
        }
    }

    private void removeOthers() {
        Set<ObjectKey> wanted = made.values().stream().map(Made::key).collect(Collectors.toSet());
        seen.byKey().forEach((key, object) -> {
            if (!wanted.contains(key) && object.getMetadata().getDeletionTimestamp() == null) {
                writer.put(key, Urgency.SLICE, StatusWriter.GONE, Patches.deletion(object));
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
        object.getMetadata().setLabels(PolicyOfSlice.labels(slice.policy()));
        object.getMetadata().setAnnotations(PolicyOfSlice.annotations(slice.policy()));
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
