package dev.baton.bridge.manifest;

import com.fasterxml.jackson.databind.JsonNode;
import dev.baton.contract.Eip;
import dev.baton.contract.EipsAdopted;
import dev.baton.contract.EipsAdopted.AdoptedEip;
import dev.baton.contract.GatewayId;
import dev.baton.contract.IpAddress;
import dev.baton.contract.MacAddress;
import dev.baton.contract.Mark;
import dev.baton.contract.NodeId;
import dev.baton.contract.PolicyId;
import dev.baton.contract.RefusalReason;
import dev.baton.contract.TunnelAdopted;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What EgressGateway wrote into its statuses: which node holds which EIP for which policies, and each node's tunnel.
 *
 * <p>Which policies use an EIP is told by the gateway's status; a policy on the gateway's default EIP that is not the
 * first one is missing there, and is taken from its own.
 *
 * @param eips one entry for each gateway, by name; an EIP that no policy uses any more is among them
 * @param tunnels by node
 * @param refused what is not taken over, though what stands beside it is
 * @param listed policies that a gateway's status names
 * @param own what policies' own statuses say
 * @param ready nodes that a gateway's status calls Ready
 */
public record Statuses(
        List<EipsAdopted> eips,
        List<TunnelAdopted> tunnels,
        List<Refused> refused,
        SortedSet<PolicyId> listed,
        SortedMap<PolicyId, OwnStatus> own,
        SortedMap<GatewayId, SortedSet<NodeId>> ready) {
    /** A policy's own status. EgressGateway's agents answer for the EIP on the node that it names. */
    public record OwnStatus(Optional<Eip> eip, Optional<NodeId> node) {}

    /** Part of an object that is not taken over. */
    public record Refused(String subject, RefusalReason reason, String detail) {}

    public Statuses {
        eips = List.copyOf(eips);
        tunnels = List.copyOf(tunnels);
        refused = List.copyOf(refused);
    }

    /**
     * Reads the output of {@code kubectl get egressgateways,egresstunnels,egresspolicies,egressclusterpolicies -A -o
     * yaml}.
     *
     * @param source the file's name, for messages
     * @throws InvalidManifest naming object, field, value and what is allowed
     */
    public static Statuses read(String source, String yaml) {
        YamlDocuments.Documents read = YamlDocuments.read(source, yaml);
        if (!read.problems().isEmpty()) {
            throw new InvalidManifest(String.join("\n", read.problems()));
        }
        return new Reading().of(read.documents());
    }

    /** The same of the API server's objects. */
    public static Statuses of(List<? extends HasMetadata> objects) {
        return new Reading()
                .of(objects.stream()
                        .map(object -> {
                            JsonNode tree = Serialization.jsonMapper().valueToTree(object);
                            return Document.read("kubernetes", tree);
                        })
                        .toList());
    }

    private static final class Reading {
        private final TreeMap<GatewayId, Map<Place, List<PolicyId>>> gateways = new TreeMap<>();
        private final TreeMap<NodeId, TunnelAdopted> tunnels = new TreeMap<>();
        private final List<Refused> refused = new ArrayList<>();
        private final TreeSet<PolicyId> listed = new TreeSet<>();
        private final TreeMap<PolicyId, OwnStatus> own = new TreeMap<>();
        private final TreeMap<GatewayId, SortedSet<NodeId>> ready = new TreeMap<>();

        /** An EIP and the node that holds it: EgressGateway has a node's own address on several nodes at once. */
        private record Place(Eip eip, Optional<NodeId> node) {}

        Statuses of(List<Document> documents) {
            for (Document document : documents) {
                switch (document.kind()) {
                    case EGRESS_GATEWAY -> gateway(document);
                    case EGRESS_TUNNEL -> tunnel(document);
                    case EGRESS_POLICY, EGRESS_CLUSTER_POLICY -> {} // after all gateways
                    case SETTINGS, EGRESS_CLUSTER_INFO, NODE, NAMESPACE, POD -> {}
                    case EGRESS_CLUSTER_ENDPOINT_SLICE, EGRESS_ENDPOINT_SLICE -> {}
                }
            }
            for (Document document : documents) {
                switch (document.kind()) {
                    case EGRESS_POLICY, EGRESS_CLUSTER_POLICY -> policy(document);
                    case EGRESS_GATEWAY, EGRESS_TUNNEL, SETTINGS, EGRESS_CLUSTER_INFO, NODE, NAMESPACE, POD -> {}
                    case EGRESS_CLUSTER_ENDPOINT_SLICE, EGRESS_ENDPOINT_SLICE -> {}
                }
            }
            var eips = new ArrayList<EipsAdopted>();
            gateways.forEach((gateway, places) -> {
                var lines = new ArrayList<AdoptedEip>();
                places.forEach((place, policies) -> lines.add(new AdoptedEip(place.eip(), place.node(), policies)));
                eips.add(new EipsAdopted(gateway, lines));
            });
            return new Statuses(eips, List.copyOf(tunnels.values()), refused, listed, own, ready);
        }

        private void gateway(Document document) {
            GatewayId gateway = document.root().parsedId(document, GatewayId::new);
            Map<Place, List<PolicyId>> places = gateways.computeIfAbsent(gateway, id -> new LinkedHashMap<>());
            for (Fields node : status(document).stream()
                    .flatMap(status -> status.objects("nodeList").stream())
                    .toList()) {
                Optional<NodeId> name = node.parsedText("name", NodeId::new);
                if (node.text("status").equals(Optional.of("Ready"))) {
                    name.ifPresent(ready.computeIfAbsent(gateway, id -> new TreeSet<>())::add);
                }
                for (Fields entry : node.objects("eips")) {
                    var place = new Place(eip(entry, gateway), name);
                    List<PolicyId> policies = places.computeIfAbsent(place, id -> new ArrayList<>());
                    for (Fields policy : entry.objects("policies")) {
                        policies.add(policyId(policy));
                        listed.add(policyId(policy));
                    }
                }
            }
        }

        private static PolicyId policyId(Fields policy) {
            try {
                return new PolicyId(policy.text("namespace").orElse(""), policy.requiredText("name"));
            } catch (IllegalArgumentException e) {
                throw policy.bad("name", Objects.requireNonNullElse(e.getMessage(), "not a name"));
            }
        }

        private static Eip eip(Fields entry, GatewayId gateway) {
            Optional<IpAddress> ipv4 = entry.parsedText("ipv4", IpAddress::parse);
            Optional<IpAddress> ipv6 = entry.parsedText("ipv6", IpAddress::parse);
            if (ipv4.isEmpty() && ipv6.isEmpty()) {
                return Eip.nodeAddressOf(gateway);
            }
            try {
                return Eip.of(ipv4, ipv6);
            } catch (IllegalArgumentException e) { // of the other family
                throw entry.bad("ipv4", Objects.requireNonNullElse(e.getMessage(), "not an EIP"));
            }
        }

        private void policy(Document document) {
            PolicyId id = document.root().parsedId(document, name -> new PolicyId(document.namespace(), name));
            Optional<Fields> status = status(document);
            Optional<NodeId> node = status.flatMap(known -> known.parsedText("node", NodeId::new));
            Optional<GatewayId> gateway = document.root()
                    .object("spec")
                    .flatMap(spec -> spec.parsedText("egressGatewayName", GatewayId::new));
            if (status.isEmpty() || gateway.isEmpty()) {
                return;
            }
            Optional<Eip> eip = status.get().object("eip").map(entry -> eip(entry, gateway.get()));
            own.put(id, new OwnStatus(eip, node));
            if (listed.contains(id)) {
                return;
            }
            boolean assigned = eip.isPresent() && (!eip.get().isNodeAddress() || node.isPresent());
            if (assigned) {
                gateways.computeIfAbsent(gateway.get(), name -> new LinkedHashMap<>())
                        .computeIfAbsent(new Place(eip.get(), node), place -> new ArrayList<>())
                        .add(id);
            }
        }

        private void tunnel(Document document) {
            NodeId node = document.root().parsedId(document, NodeId::new);
            Optional<Fields> status = status(document);
            Optional<Fields> tunnel = status.flatMap(known -> known.object("tunnel"));
            var adopted = new TunnelAdopted(
                    node,
                    status.flatMap(known -> known.text("mark")).flatMap(mark -> mark(node, mark)),
                    tunnel.flatMap(known -> known.parsedText("mac", MacAddress::new)),
                    tunnel.flatMap(known -> known.parsedText("ipv4", IpAddress::parse)),
                    tunnel.flatMap(known -> known.parsedText("ipv6", IpAddress::parse)));
            boolean isGiven = adopted.mark().isPresent()
                    || adopted.mac().isPresent()
                    || adopted.ipv4().isPresent()
                    || adopted.ipv6().isPresent();
            if (isGiven) {
                tunnels.put(node, adopted);
            }
        }

        /** EgressGateway draws marks of 24 bits, or of a base that its user has set; ours have 13. */
        private Optional<Mark> mark(NodeId node, String text) {
            Optional<Mark> mark;
            try {
                mark = Optional.of(Mark.parse(text));
            } catch (IllegalArgumentException e) {
                mark = Optional.empty();
            }
            Optional<Mark> ours =
                    mark.filter(one -> one.compareTo(Mark.FIRST_NODE) >= 0 && one.compareTo(Mark.LAST_NODE) <= 0);
            if (ours.isEmpty()) {
                refused.add(new Refused(
                        "mark of node " + node,
                        RefusalReason.MARK_OUT_OF_RANGE,
                        "status.mark=" + text + "; allowed are " + Mark.FIRST_NODE + " to " + Mark.LAST_NODE
                                + "; the node keeps the mark that it has here, which no other machine sees"));
            }
            return ours;
        }

        private static Optional<Fields> status(Document document) {
            return document.root().object("status");
        }
    }
}
