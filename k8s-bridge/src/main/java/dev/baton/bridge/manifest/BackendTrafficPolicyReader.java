package dev.baton.bridge.manifest;

import dev.baton.contract.DurationText;
import dev.baton.contract.mesh.FailoverPolicy;
import dev.baton.contract.mesh.MeshDeclaration.FailoverPolicyDeclared;
import dev.baton.contract.mesh.PolicyTarget;
import dev.baton.contract.mesh.ReturnRules;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Reads what Envoy Gateway's BackendTrafficPolicy says of health. Its passive check stays the proxies' own; the fleet's
 * ejections take over how long they last at least and how many there may be.
 */
final class BackendTrafficPolicyReader {
    private static final int WHOLE = 100;

    /** What is not about health is the proxy's. */
    private static final String[] SPEC = {
        "targetRef",
        "targetRefs",
        "targetSelectors",
        "healthCheck",
        "mergeType",
        "routingType",
        "loadBalancer",
        "retry",
        "timeout",
        "circuitBreaker",
        "connection",
        "dns",
        "http2",
        "tcpKeepalive",
        "proxyProtocol",
        "rateLimit",
        "faultInjection",
        "useClientProtocol",
        "compression",
        "compressor",
        "responseOverride",
        "httpUpgrade",
        "requestBuffer",
        "telemetry",
        "admissionControl",
        "bandwidthLimit"
    };

    private static final String[] PASSIVE = {
        "baseEjectionTime",
        "interval",
        "maxEjectionPercent",
        "consecutive5XxErrors",
        "consecutiveGatewayErrors",
        "consecutiveLocalOriginFailures",
        "splitExternalLocalOriginErrors",
        "failurePercentageThreshold",
        "alwaysEjectOneEndpoint"
    };

    private static final Map<String, String> KINDS = Words.of("HTTPRoute", "httproute", "Gateway", "gateway");

    private BackendTrafficPolicyReader() {}

    static FailoverPolicyDeclared read(Document document) {
        Fields spec = document.root()
                .only("apiVersion", "kind", "metadata", "spec", "status")
                .requiredObject("spec")
                .only(SPEC);
        Optional<Fields> health =
                spec.object("healthCheck").map(fields -> fields.only("passive", "active", "panicThreshold"));
        Optional<Fields> passive =
                health.flatMap(fields -> fields.object("passive")).map(one -> one.only(PASSIVE));
        return new FailoverPolicyDeclared(new FailoverPolicy(
                FailoverPolicyReader.id(document),
                new TreeSet<>(targets(document, spec)),
                passive.map(BackendTrafficPolicyReader::rules).orElse(ReturnRules.DEFAULT),
                health.flatMap(fields -> fields.object("active")).map(ProbeReader::readActive),
                new TreeMap<>()));
    }

    private static ReturnRules rules(Fields passive) {
        ReturnRules absent = ReturnRules.DEFAULT;
        return passive.built(() -> new ReturnRules(
                passive.numberWithin("maxEjectionPercent", 0, WHOLE).orElse(absent.maxEjectionPercent()),
                passive.parsedText("baseEjectionTime", DurationText::parse).orElse(absent.holdDown()),
                absent.ramp(),
                absent.rampStep(),
                absent.failback()));
    }

    private static List<PolicyTarget> targets(Document document, Fields spec) {
        var refs = new ArrayList<>(spec.objects("targetRefs"));
        spec.object("targetRef").ifPresent(refs::add);
        if (refs.isEmpty()) {
            throw spec.bad("targetRefs", "missing; at least one is wanted, and targetSelectors need a cluster");
        }
        return refs.stream()
                .map(target -> {
                    target.only("group", "kind", "name", "sectionName");
                    String kind = target.oneOf("kind", KINDS).orElseThrow(() -> target.bad("kind", "missing"));
                    return target.built(() ->
                            new PolicyTarget(kind + "/" + document.namespace() + "/" + target.requiredText("name")));
                })
                .toList();
    }
}
