package dev.baton.bridge.manifest;

import dev.baton.contract.EndpointSlice.Endpoint;
import dev.baton.contract.IpAddress;
import dev.baton.contract.NodeId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/**
 * The part of a pod that matters here.
 *
 * @param endpoint empty if it has no address of its own to translate: not scheduled, without IP yet, finished (its IP
 *     may belong to another by now), or on the host network (its IP is the node's)
 */
public record Pod(String namespace, String name, Map<String, String> labels, Optional<Endpoint> endpoint) {

    /** Reads leniently below spec and status: those are Kubernetes' own, and large. */
    static Pod read(Document document) {
        Fields root = document.root().only("apiVersion", "kind", "metadata", "spec", "status");
        Optional<Fields> spec = root.object("spec");
        Optional<Fields> status = root.object("status");
        boolean hostNetwork =
                spec.map(fields -> fields.flag("hostNetwork", false)).orElse(false);
        String phase = status.flatMap(fields -> fields.text("phase")).orElse("");
        boolean finished = phase.equals("Succeeded") || phase.equals("Failed");
        Optional<NodeId> node = spec.flatMap(fields -> fields.parsedText("nodeName", NodeId::new));
        List<IpAddress> addresses = status.map(Pod::addresses).orElse(List.of());
        Optional<Endpoint> endpoint = hostNetwork || finished || addresses.isEmpty()
                ? Optional.empty()
                : node.map(id -> new Endpoint(document.namespace(), document.name(), id, addresses));
        return new Pod(document.namespace(), document.name(), document.labels(), endpoint);
    }

    private static List<IpAddress> addresses(Fields status) {
        var addresses = new TreeSet<IpAddress>();
        status.parsedText("podIP", IpAddress::parse).ifPresent(addresses::add);
        for (Fields item : status.objects("podIPs")) {
            item.parsedText("ip", IpAddress::parse).ifPresent(addresses::add);
        }
        return List.copyOf(addresses);
    }

    /**
     * The name of the slice that holds this pod alone. One slice a pod, so that applying a file with some of a policy's
     * pods leaves the others as they are. A namespace has no dots: two pods never share a name.
     */
    String slice() {
        return "pod." + namespace + "." + name;
    }
}
