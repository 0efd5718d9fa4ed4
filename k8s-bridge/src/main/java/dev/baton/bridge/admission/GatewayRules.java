package dev.baton.bridge.admission;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.baton.bridge.api.EgressClusterInfo;
import dev.baton.bridge.api.EgressGateway;
import dev.baton.bridge.state.ClusterNetworks;
import dev.baton.contract.AddressRange;
import dev.baton.contract.GatewayDeclared;
import dev.baton.contract.IpAddress;
import dev.baton.contract.Pool;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** Why a gateway is refused: everything that EgressGateway's webhook refuses. */
final class GatewayRules {
    private static final String POOLS = "spec.ippools.";

    private final Families families;
    private final ClusterObjects cluster;
    private final AdmissionRequest request;
    private final GatewayDeclared wanted;

    private GatewayRules(Families families, ClusterObjects cluster, AdmissionRequest request, GatewayDeclared wanted) {
        this.families = families;
        this.cluster = cluster;
        this.request = request;
        this.wanted = wanted;
    }

    /** @throws Denial or InvalidManifest */
    static void check(Families families, ClusterObjects cluster, AdmissionRequest request, ObjectNode object) {
        var rules = new GatewayRules(families, cluster, request, Declared.gateway(object));
        rules.enabled("ipv4", rules.wanted.ipv4Pool(), families.ipv4());
        rules.enabled("ipv6", rules.wanted.ipv6Pool(), families.ipv6());
        rules.alone();
        rules.outsideTheCluster();
        request.old().ifPresent(rules::sameFamilies);
        request.old().ifPresent(rules::stillCovers);
    }

    private void enabled(String family, Pool pool, boolean enabled) {
        if (!enabled && !pool.isEmpty()) {
            throw Denial.of(request, POOLS + family, pool + " cannot be used: " + families + "; leave the list empty");
        }
    }

    /** At most one default, and no address in two pools. */
    private void alone() {
        for (EgressGateway gateway : cluster.gateways()) {
            String name = gateway.getMetadata().getName();
            Optional<GatewayDeclared> theirs =
                    name.equals(request.name()) ? Optional.empty() : Declared.readable(gateway);
            if (theirs.isEmpty()) {
                continue;
            }
            if (wanted.clusterDefault() && theirs.get().clusterDefault()) {
                throw Denial.of(
                        request,
                        "spec.clusterDefault",
                        "true, but gateway " + name + " is the cluster's default already; one gateway can be");
            }
            distinct("ipv4", wanted.ipv4Pool(), name, theirs.get().ipv4Pool());
            distinct("ipv6", wanted.ipv6Pool(), name, theirs.get().ipv6Pool());
        }
    }

    private void distinct(String family, Pool mine, String name, Pool theirs) {
        for (AddressRange range : mine.ranges()) {
            for (AddressRange other : theirs.ranges()) {
                if (range.overlaps(other)) {
                    throw Denial.of(
                            request,
                            POOLS + family,
                            common(range, other) + " is in the pool of gateway " + name
                                    + " too; an address can be in one pool");
                }
            }
        }
    }

    private void outsideTheCluster() {
        if (wanted.ipv4Pool().isEmpty() && wanted.ipv6Pool().isEmpty()) {
            return;
        }
        cluster.clusterInfo().map(EgressClusterInfo::getStatus).ifPresent(found -> {
            outside(found.clusterIP(), network -> "in the services' network " + network);
            found.podCIDR().values().forEach(pods -> outside(pods, network -> "in the pods' network " + network));
            found.nodeIP().forEach((node, addresses) -> outside(addresses, address -> "the address of node " + node));
        });
    }

    private void outside(EgressClusterInfo.Addresses theirs, UnaryOperator<String> what) {
        outside("ipv4", wanted.ipv4Pool(), theirs.ipv4(), what);
        outside("ipv6", wanted.ipv6Pool(), theirs.ipv6(), what);
    }

    private void outside(String family, Pool mine, List<String> theirs, UnaryOperator<String> what) {
        for (String text : theirs) {
            ClusterNetworks.network(text).flatMap(mine::common).ifPresent(common -> {
                throw Denial.of(request, POOLS + family, common + " cannot be an EIP: it is " + what.apply(text));
            });
        }
    }

    private static AddressRange common(AddressRange a, AddressRange b) {
        return new AddressRange(
                a.first().compareTo(b.first()) >= 0 ? a.first() : b.first(),
                a.last().compareTo(b.last()) <= 0 ? a.last() : b.last());
    }

    private void sameFamilies(ObjectNode old) {
        sameFamily("ipv4", old, wanted.ipv4Pool());
        sameFamily("ipv6", old, wanted.ipv6Pool());
    }

    private void sameFamily(String family, ObjectNode old, Pool pool) {
        if (old.path("spec").path("ippools").path(family).isEmpty() && !pool.isEmpty()) {
            throw Denial.of(
                    request,
                    POOLS + family,
                    pool + " cannot be added: the list was empty when the gateway was made and must stay so;"
                            + " make another gateway");
        }
    }

    private void stillCovers(ObjectNode old) {
        for (JsonNode node : old.path("status").path("nodeList")) {
            for (JsonNode eip : node.path("eips")) {
                covered("ipv4", eip, wanted.ipv4Pool());
                covered("ipv6", eip, wanted.ipv6Pool());
            }
        }
    }

    private void covered(String family, JsonNode eip, Pool pool) {
        String text = eip.path(family).asText();
        if (!text.isEmpty() && !pool.contains(IpAddress.parse(text))) {
            throw Denial.of(
                    request,
                    POOLS + family,
                    text + " is allocated to " + policies(eip) + " and cannot be removed; delete those first");
        }
    }

    private static List<String> policies(JsonNode eip) {
        var names = new ArrayList<String>();
        for (JsonNode policy : eip.path("policies")) {
            String namespace = policy.path("namespace").asText();
            names.add((namespace.isEmpty() ? "EgressClusterPolicy/" : "EgressPolicy/" + namespace + "/")
                    + policy.path("name").asText());
        }
        return names;
    }
}
