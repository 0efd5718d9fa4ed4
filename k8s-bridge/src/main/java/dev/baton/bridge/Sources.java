package dev.baton.bridge;

import dev.baton.bridge.api.EgressClusterEndpointSlice;
import dev.baton.bridge.api.EgressClusterInfo;
import dev.baton.bridge.api.EgressClusterPolicy;
import dev.baton.bridge.api.EgressEndpointSlice;
import dev.baton.bridge.api.EgressGateway;
import dev.baton.bridge.api.EgressPolicy;
import dev.baton.bridge.api.EgressTunnel;
import dev.baton.bridge.beside.BesidePods;
import dev.baton.bridge.manifest.KubernetesObjects;
import dev.baton.bridge.state.ClusterView;
import dev.baton.bridge.watch.ApiServer;
import dev.baton.bridge.watch.Informers;
import dev.baton.bridge.watch.Loop;
import dev.baton.bridge.watch.NetworkSources;
import dev.baton.contract.NodeId;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.readiness.Readiness;
import java.util.Map;
import java.util.Objects;

/** Which kinds are watched, and where each object goes. */
final class Sources implements AutoCloseable {
    private final Loop loop;
    private final ClusterView view;
    private final SliceMirror slices;
    private final BesidePods beside;
    private final Informers informers;
    private final NetworkSources networks;

    Sources(ApiServer api, Loop loop, ClusterView view, SliceMirror slices, BesidePods beside) {
        this.loop = loop;
        this.view = view;
        this.slices = slices;
        this.beside = beside;
        this.informers = new Informers(api, loop);
        this.networks = new NetworkSources(api, loop, view.networks);
        informers.watchLarge(Node.class, Node::new, sink("Node", view::seen, view::gone));
        informers.watch(Namespace.class, sink("Namespace", view::seen, view::gone));
        informers.watchPods(new Informers.Sink<>("Pod", this::seen, this::gone));
        informers.watch(EgressGateway.class, sink("EgressGateway", view::seen, view::gone));
        informers.watch(EgressPolicy.class, sink("EgressPolicy", view::seenPolicy, view::gonePolicy));
        informers.watch(EgressClusterPolicy.class, sink("EgressClusterPolicy", view::seenPolicy, view::gonePolicy));
        informers.watch(EgressTunnel.class, sink("EgressTunnel", this::seen, this::gone));
        informers.watch(EgressClusterInfo.class, sink("EgressClusterInfo", this::seen, this::gone));
        informers.watch(EgressEndpointSlice.class, sink("EgressEndpointSlice", this::seenSlice, this::goneSlice));
        informers.watch(
                EgressClusterEndpointSlice.class, sink("EgressClusterEndpointSlice", this::seenSlice, this::goneSlice));
    }

    private interface Taking<T> {
        void take(T object);
    }

    private <T> Informers.Sink<T> sink(String kind, Taking<T> seen, Taking<T> gone) {
        return new Informers.Sink<>(
                kind, object -> loop.post(() -> seen.take(object)), object -> loop.post(() -> gone.take(object)));
    }

    void start() {
        informers.start();
        networks.start();
    }

    /** Called now and then: restarts watches that cannot continue by themselves. */
    void look() {
        informers.look();
        networks.look();
    }

    boolean haveSynced() {
        return informers.haveSynced() && networks.haveSynced();
    }

    /** The API server's response to a write of ours; the watch will report the same later. */
    void written(HasMetadata object) {
        switch (object) {
            case EgressGateway gateway -> view.seen(gateway);
            case EgressPolicy policy -> view.seenPolicy(policy);
            case EgressClusterPolicy policy -> view.seenPolicy(policy);
            case EgressTunnel tunnel -> seen(tunnel);
            case EgressClusterInfo info -> seen(info);
            case EgressEndpointSlice slice -> seenSlice(slice);
            case EgressClusterEndpointSlice slice -> seenSlice(slice);
            default -> {}
        }
    }

    /** Reduced on the informer's thread, so that no large pod is kept. */
    private void seen(Pod pod) {
        var small = KubernetesObjects.pod(pod);
        networks.seen(pod);
        String namespace = pod.getMetadata().getNamespace();
        String name = pod.getMetadata().getName();
        Map<String, String> labels = KubernetesObjects.labels(pod);
        String node = Objects.requireNonNullElse(pod.getSpec().getNodeName(), "");
        boolean ready = Readiness.isPodReady(pod);
        loop.post(() -> {
            view.seen(small);
            beside.put(namespace, name, labels, node, ready);
        });
    }

    private void gone(Pod pod) {
        String namespace = pod.getMetadata().getNamespace();
        String name = pod.getMetadata().getName();
        loop.post(() -> {
            view.gonePod(namespace, name);
            beside.remove(namespace, name);
        });
    }

    private void seen(EgressTunnel tunnel) {
        view.tunnels.put(new NodeId(tunnel.getMetadata().getName()), tunnel);
    }

    private void gone(EgressTunnel tunnel) {
        view.tunnels.remove(new NodeId(tunnel.getMetadata().getName()), tunnel);
    }

    private void seen(EgressClusterInfo info) {
        view.clusterInfos.put(info.getMetadata().getName(), info);
    }

    private void gone(EgressClusterInfo info) {
        view.clusterInfos.remove(info.getMetadata().getName(), info);
    }

    private void seenSlice(HasMetadata slice) {
        slices.seen.put(SliceMirror.keyOf(slice), slice);
    }

    private void goneSlice(HasMetadata slice) {
        slices.seen.remove(SliceMirror.keyOf(slice), slice);
    }

    @Override
    public void close() {
        informers.close();
        networks.close();
    }
}
