package dev.baton.bridge.admission;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.baton.bridge.api.EgressApi;
import dev.baton.bridge.api.EgressGateway;
import dev.baton.contract.GatewayDeclared;
import dev.baton.contract.GatewayId;
import dev.baton.contract.IpAddress;
import dev.baton.contract.PolicyDeclared;
import dev.baton.contract.PolicyDeclared.EgressIp;
import dev.baton.contract.ReservedNetwork;
import java.util.Map;
import java.util.Optional;

/** Why a policy is refused: everything that EgressGateway's webhook refuses, for both kinds. */
final class PolicyRules {
    private static final String EGRESS_IP = "spec.egressIP.";

    private final ClusterObjects cluster;
    private final AdmissionRequest request;
    private final PolicyDeclared wanted;

    private PolicyRules(ClusterObjects cluster, AdmissionRequest request, PolicyDeclared wanted) {
        this.cluster = cluster;
        this.request = request;
        this.wanted = wanted;
    }

    /** @throws Denial or InvalidManifest */
    static void check(ClusterObjects cluster, AdmissionRequest request, ObjectNode object) {
        // The gateway's name was filled in before, if there is a default.
        var rules = new PolicyRules(cluster, request, Declared.policy(object, Map.of()));
        GatewayId gateway = rules.wanted
                .gateway()
                .orElseThrow(() -> Denial.of(
                        request,
                        "spec.egressGatewayName",
                        "missing, and there is no default; name a gateway, give the namespace the label "
                                + EgressApi.DEFAULT_GATEWAY_LABEL + ", or set a gateway's spec.clusterDefault"));
        if (request.old().isPresent()) {
            rules.unchanged(request.old().get(), object);
        } else {
            rules.fits(gateway);
        }
    }

    private void unchanged(ObjectNode old, ObjectNode object) {
        unchanged("egressGatewayName", old.path("spec"), object.path("spec"), "");
        JsonNode before = old.path("spec").path("egressIP");
        JsonNode now = object.path("spec").path("egressIP");
        unchanged("egressIP.useNodeIP", before, now, "false");
        unchanged("egressIP.ipv4", before, now, "");
        unchanged("egressIP.ipv6", before, now, "");
        unchanged("egressIP.allocatorPolicy", before, now, "default");
    }

    private void unchanged(String path, JsonNode before, JsonNode now, String absent) {
        String field = path.substring(path.indexOf('.') + 1);
        String was = text(before.path(field), absent);
        String is = text(now.path(field), absent);
        boolean settled = !field.equals("egressGatewayName") || !was.isEmpty();
        if (settled && !was.equals(is)) {
            throw Denial.of(
                    request,
                    "spec." + path,
                    "\"" + is + "\" differs from \"" + was
                            + "\", which cannot be changed; delete the policy and make it anew");
        }
    }

    private static String text(JsonNode value, String absent) {
        String text = value.asText();
        return text.isEmpty() ? absent : text;
    }

    private void fits(GatewayId name) {
        EgressIp asked = wanted.egressIp();
        Optional<EgressGateway> existing = cluster.gateway(name.value());
        if (existing.isEmpty()) {
            if (asked.useNodeIp() && !asked.isNamed()) {
                return; // the policy waits for its gateway
            }
            throw Denial.of(request, "spec.egressGatewayName", "there is no gateway \"" + name + "\"; make it first");
        }
        Optional<GatewayDeclared> readable = Declared.readable(existing.get());
        if (asked.useNodeIp() || readable.isEmpty()) {
            return;
        }
        GatewayDeclared gateway = readable.get();
        if (gateway.ipv4Pool().isEmpty() && gateway.ipv6Pool().isEmpty()) {
            throw Denial.of(
                    request,
                    EGRESS_IP + "useNodeIP",
                    "false, but gateway " + name + " has no addresses; only true is allowed with it");
        }
        pooled("ipv4", asked.ipv4(), gateway);
        pooled("ipv6", asked.ipv6(), gateway);
        if (asked.isNamed()) {
            defaultsTogether(asked, gateway);
            paired(asked, existing.get());
        }
    }

    private void pooled(String field, Optional<IpAddress> named, GatewayDeclared gateway) {
        var pool = field.equals("ipv4") ? gateway.ipv4Pool() : gateway.ipv6Pool();
        if (named.isPresent() && !pool.contains(named.get())) {
            throw Denial.of(
                    request,
                    EGRESS_IP + field,
                    named.get() + " is not an address of gateway " + gateway.gateway() + "; allowed is one of " + pool);
        }
        named.flatMap(ReservedNetwork::problemOf).ifPresent(problem -> {
            throw Denial.of(request, EGRESS_IP + field, problem);
        });
    }

    private void defaultsTogether(EgressIp asked, GatewayDeclared gateway) {
        if (gateway.ipv4Default().isEmpty() || gateway.ipv6Default().isEmpty()) {
            return;
        }
        boolean first = asked.ipv4().equals(gateway.ipv4Default());
        boolean second = asked.ipv6().equals(gateway.ipv6Default());
        if (first != second) {
            throw Denial.of(
                    request,
                    EGRESS_IP + (first ? "ipv6" : "ipv4"),
                    shown(first ? asked.ipv6() : asked.ipv4()) + " cannot go with "
                            + shown(first ? asked.ipv4() : asked.ipv6()) + ": gateway " + gateway.gateway()
                            + " has the default EIP " + shown(gateway.ipv4Default()) + " with "
                            + shown(gateway.ipv6Default()) + ", which go together");
        }
    }

    /** An EIP of two addresses stays one pair. */
    private void paired(EgressIp asked, EgressGateway gateway) {
        for (var node : gateway.getStatus().nodeList()) {
            for (var eip : node.eips()) {
                partner("ipv6", asked.ipv4(), eip.ipv4(), asked.ipv6(), eip.ipv6());
                partner("ipv4", asked.ipv6(), eip.ipv6(), asked.ipv4(), eip.ipv4());
            }
        }
    }

    private void partner(
            String field, Optional<IpAddress> mine, String allocated, Optional<IpAddress> asked, String partner) {
        boolean same = mine.isPresent() && mine.get().toString().equals(allocated);
        if (same && !partner.isEmpty() && !asked.map(IpAddress::toString).equals(Optional.of(partner))) {
            throw Denial.of(
                    request,
                    EGRESS_IP + field,
                    shown(asked) + " cannot go with " + allocated + ", which is allocated together with " + partner
                            + "; name that one");
        }
    }

    private static String shown(Optional<IpAddress> address) {
        return address.map(IpAddress::toString).orElse("none");
    }
}
