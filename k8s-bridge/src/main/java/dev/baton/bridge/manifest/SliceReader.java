package dev.baton.bridge.manifest;

import dev.baton.bridge.api.EgressApi;
import dev.baton.bridge.api.PolicyOfSlice;
import dev.baton.contract.EndpointSlice;
import dev.baton.contract.EndpointSlice.Endpoint;
import dev.baton.contract.IpAddress;
import dev.baton.contract.NodeId;
import dev.baton.contract.PolicyId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads an EgressEndpointSlice or EgressClusterEndpointSlice. */
final class SliceReader {
    private SliceReader() {}

    static EndpointSlice read(Document document) {
        Fields root = document.root().only("apiVersion", "kind", "metadata", "endpoints");
        Optional<String> annotated = root.requiredObject("metadata")
                .object("annotations")
                .flatMap(annotations -> annotations.text(EgressApi.POLICY_LABEL));
        String policy = PolicyOfSlice.name(document.labels(), annotated)
                .orElseThrow(() -> document.bad(
                        "metadata.labels", "missing " + EgressApi.POLICY_LABEL + ", which names the policy"));
        var endpoints = new ArrayList<Endpoint>();
        for (Fields item : root.objects("endpoints")) {
            item.only("ns", "pod", "ipv4", "ipv6", "node");
            List<IpAddress> addresses = new ArrayList<>(item.parsedTexts("ipv4", IpAddress::parse));
            addresses.addAll(item.parsedTexts("ipv6", IpAddress::parse));
            NodeId node = item.parsedText("node", NodeId::new).orElseThrow(() -> item.bad("node", "missing"));
            endpoints.add(new Endpoint(item.requiredText("ns"), item.requiredText("pod"), node, addresses));
        }
        return new EndpointSlice(
                root.parsedId(document, ignored -> new PolicyId(document.namespace(), policy)),
                document.name(),
                endpoints);
    }
}
