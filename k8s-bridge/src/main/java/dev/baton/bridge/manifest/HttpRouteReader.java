package dev.baton.bridge.manifest;

import dev.baton.contract.DurationText;
import dev.baton.contract.mesh.Calls;
import dev.baton.contract.mesh.Calls.Comparison;
import dev.baton.contract.mesh.Destination;
import dev.baton.contract.mesh.DestinationId;
import dev.baton.contract.mesh.HostName;
import dev.baton.contract.mesh.MemberId;
import dev.baton.contract.mesh.MeshDeclaration.DestinationDeclared;
import dev.baton.contract.mesh.Mode;
import dev.baton.contract.mesh.PolicyTarget;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** Reads Gateway API's HTTPRoute: each of its rules is a destination, {@code namespace/name/index}. */
final class HttpRouteReader {
    private static final int HEAVIEST = 1_000_000;
    private static final Map<String, Comparison> PATHS = Words.of(
            "Exact",
            Comparison.EXACT,
            "PathPrefix",
            Comparison.PREFIX,
            "RegularExpression",
            Comparison.REGULAR_EXPRESSION);
    private static final Map<String, Comparison> HEADERS =
            Words.of("Exact", Comparison.EXACT, "RegularExpression", Comparison.REGULAR_EXPRESSION);

    private HttpRouteReader() {}

    static List<DestinationDeclared> read(Document document) {
        Fields spec = document.root()
                .only("apiVersion", "kind", "metadata", "spec", "status")
                .requiredObject("spec")
                .only("parentRefs", "hostnames", "rules", "useDefaultGateways");
        var hosts = new TreeSet<>(spec.parsedTexts("hostnames", HostName::new));
        SortedSet<PolicyTarget> attachedTo = attachedTo(document, spec);
        var destinations = new ArrayList<DestinationDeclared>();
        for (Fields rule : spec.objects("rules")) {
            rule.only("name", "matches", "backendRefs", "timeouts", "retry", "sessionPersistence", "filters");
            if (rule.has("filters")) {
                throw rule.bad("filters", "they are applied by Envoy Gateway only; a rule with filters is left to it");
            }
            var id = new DestinationId(document.namespace() + "/" + document.name() + "/" + destinations.size());
            destinations.add(new DestinationDeclared(new Destination(
                    id,
                    Optional.empty(),
                    new Mode.ActivePassive(weights(document, rule)),
                    Optional.of(ProbeReader.ABSENT),
                    new Calls(hosts, matches(rule), timeout(rule)),
                    attachedTo)));
        }
        return destinations;
    }

    private static SortedSet<PolicyTarget> attachedTo(Document document, Fields spec) {
        var attachedTo = new TreeSet<PolicyTarget>();
        attachedTo.add(new PolicyTarget("httproute/" + document.namespace() + "/" + document.name()));
        for (Fields parent : spec.objects("parentRefs")) {
            parent.only("group", "kind", "namespace", "name", "sectionName", "port");
            String namespace = parent.text("namespace").orElse(document.namespace());
            String name = parent.requiredText("name");
            attachedTo.add(parent.built(() -> new PolicyTarget("gateway/" + namespace + "/" + name)));
        }
        return attachedTo;
    }

    private static TreeMap<MemberId, Integer> weights(Document document, Fields rule) {
        var weights = new TreeMap<MemberId, Integer>();
        for (Fields backend : rule.objects("backendRefs")) {
            backend.only("group", "kind", "name", "namespace", "port", "weight");
            String kind = backend.text("kind").orElse("Service");
            String namespace = backend.text("namespace").orElse(document.namespace());
            String name = backend.requiredText("name");
            MemberId member = backend.built(() -> switch (kind) {
                case "Backend" -> BackendReader.id(namespace, name);
                case "Service" -> new MemberId("service/" + namespace + "/" + name + "/" + MemberReader.port(backend));
                default ->
                    throw backend.bad("kind", "\"" + kind + "\" is not allowed; allowed are Backend and Service");
            });
            weights.merge(member, backend.numberWithin("weight", 0, HEAVIEST).orElse(1), Integer::sum);
        }
        if (weights.isEmpty()) {
            throw rule.bad("backendRefs", "missing; at least one is wanted");
        }
        return weights;
    }

    private static List<Calls.Match> matches(Fields rule) {
        return rule.objects("matches").stream()
                .map(match -> {
                    match.only("path", "headers", "method", "queryParams");
                    if (match.has("queryParams")) {
                        throw match.bad("queryParams", "not read here; allowed are path, headers and method");
                    }
                    return new Calls.Match(
                            match.object("path")
                                    .map(HttpRouteReader::path)
                                    .orElseGet(() -> new Calls.Path(Comparison.PREFIX, "/")),
                            match.objects("headers").stream()
                                    .map(HttpRouteReader::header)
                                    .toList(),
                            match.text("method"));
                })
                .toList();
    }

    private static Calls.Path path(Fields path) {
        path.only("type", "value");
        return path.built(() -> new Calls.Path(
                path.oneOf("type", PATHS).orElse(Comparison.PREFIX),
                path.text("value").orElse("/")));
    }

    private static Calls.Header header(Fields header) {
        header.only("type", "name", "value");
        return header.built(() -> new Calls.Header(
                header.requiredText("name"),
                header.oneOf("type", HEADERS).orElse(Comparison.EXACT),
                header.requiredText("value")));
    }

    private static Optional<Duration> timeout(Fields rule) {
        return rule.object("timeouts")
                .map(timeouts -> timeouts.only("request", "backendRequest"))
                .flatMap(timeouts -> timeouts.parsedText("request", DurationText::parse));
    }
}
