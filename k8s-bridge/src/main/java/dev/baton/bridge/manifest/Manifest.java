package dev.baton.bridge.manifest;

import dev.baton.bridge.api.EgressApi;
import dev.baton.contract.Cidr;
import dev.baton.contract.ClusterCidrs;
import dev.baton.contract.Declaration;
import dev.baton.contract.EndpointEntry;
import dev.baton.contract.EndpointSlice;
import dev.baton.contract.PolicyDeclared;
import dev.baton.contract.PolicyId;
import dev.baton.contract.Settings;
import dev.baton.contract.mesh.Caller;
import dev.baton.contract.mesh.Locality;
import dev.baton.contract.mesh.MeshDeclaration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The content of a file of manifests, to be published in this order.
 *
 * @param declarations settings first, then gateways, nodes, policies: what others refer to comes before them
 * @param slices one for each pod and policy that selects it, and those given as such
 * @param ignored documents that are valid but written by the coordinator alone (EgressTunnel), and Namespaces
 * @param pods slice names of all pods in the file, selected or not
 * @param destinations what it says of destinations: members and policies first
 */
public record Manifest(
        List<Declaration> declarations,
        List<EndpointSlice> slices,
        Optional<ClusterCidrs> clusterCidrs,
        List<String> ignored,
        Collection<String> pods,
        List<MeshDeclaration> destinations) {
    public Manifest {
        declarations = List.copyOf(declarations);
        slices = List.copyOf(slices);
        ignored = List.copyOf(ignored);
        pods = List.copyOf(pods);
        destinations = List.copyOf(destinations);
    }

    /** All end points of the file: the slices, and the cluster's networks if the file lists them. */
    public List<EndpointEntry> endpoints() {
        var entries = new ArrayList<EndpointEntry>(slices);
        clusterCidrs.ifPresent(entries::add);
        return entries;
    }

    /**
     * Reads all documents of a file, or none.
     *
     * @param source the file's name, for messages
     * @param known policies declared earlier, which the file's pods may belong to
     * @throws InvalidManifest naming document, field, value and what is allowed; one line for each wrong document
     */
    public static Manifest read(String source, String yaml, Collection<PolicyDeclared> known) {
        return read(source, yaml, known, Settings.DEFAULT, Locality.UNKNOWN);
    }

    /**
     * The same.
     *
     * @param unnamed what a setting is that a document of settings does not name
     * @param here where the proxies of its Gateways are
     * @throws InvalidManifest as {@link #read(String, String, Collection)}
     */
    public static Manifest read(
            String source, String yaml, Collection<PolicyDeclared> known, Settings unnamed, Locality here) {
        YamlDocuments.Documents read = YamlDocuments.read(source, yaml);
        var problems = new ArrayList<>(read.problems());
        var seen = new HashSet<String>();
        for (Document document : read.documents()) {
            if (!seen.add(document.kind() + document.id())) {
                problems.add(source + ": " + document.id() + ": appears twice");
            }
        }
        var reading = new Reading(read.documents(), known, unnamed, here);
        problems.addAll(reading.problems());
        if (!problems.isEmpty()) {
            throw new InvalidManifest(String.join("\n", problems));
        }
        return reading.manifest();
    }

    /** Slices of earlier applies whose pod is in this file and no longer belongs to their policy, now emptied. */
    public List<EndpointSlice> departed(Collection<EndpointSlice> existing) {
        var current = new HashSet<Map.Entry<PolicyId, String>>();
        slices.forEach(slice -> current.add(Map.entry(slice.policy(), slice.slice())));
        var mine = new HashSet<>(pods);
        return existing.stream()
                .filter(slice ->
                        mine.contains(slice.slice()) && !current.contains(Map.entry(slice.policy(), slice.slice())))
                .map(slice -> new EndpointSlice(slice.policy(), slice.slice(), List.of()))
                .toList();
    }

    /** One reading of one file: each kind in its order, since later ones refer to earlier ones. */
    private static final class Reading {
        private final List<Document> documents;
        private final Settings unnamed;
        private final Locality here;
        private final List<MeshDeclaration> destinations = new ArrayList<>();
        private final SortedMap<String, SortedMap<String, String>> namespaces = new TreeMap<>();
        private final Map<PolicyId, PolicyDeclared> policies = new LinkedHashMap<>();
        private final List<Declaration> declarations = new ArrayList<>();
        private final List<EndpointSlice> slices = new ArrayList<>();
        private final List<String> ignored = new ArrayList<>();
        private final List<String> pods = new ArrayList<>();
        private Optional<ClusterCidrs> clusterCidrs = Optional.empty();

        Reading(List<Document> documents, Collection<PolicyDeclared> known, Settings unnamed, Locality here) {
            this.here = here;
            this.unnamed = unnamed;
            this.documents = new ArrayList<>(documents);
            this.documents.sort(Comparator.comparing(Document::kind));
            known.forEach(policy -> policies.put(policy.policy(), policy));
        }

        /** Takes every document that can be read, and returns the problems of the others. */
        List<String> problems() {
            var problems = new ArrayList<String>();
            for (Document document : documents) {
                try {
                    take(document);
                } catch (InvalidManifest e) {
                    problems.add(String.valueOf(e.getMessage()));
                }
            }
            return problems;
        }

        Manifest manifest() {
            return new Manifest(declarations, slices, clusterCidrs, ignored, pods, destinations);
        }

        private void take(Document document) {
            switch (document.kind()) {
                case SETTINGS -> declarations.add(SettingsReader.read(document, unnamed));
                case EGRESS_CLUSTER_INFO -> clusterCidrs = Optional.of(clusterCidrs(document));
                case EGRESS_GATEWAY -> declarations.add(GatewayReader.read(document));
                case NODE -> declarations.add(NodeReader.read(document));
                case NAMESPACE -> {
                    namespaces.put(document.name(), document.labels());
                    ignored.add(document.id());
                }
                case EGRESS_CLUSTER_POLICY, EGRESS_POLICY -> takePolicy(document);
                case POD -> takePod(Pod.read(document));
                case EGRESS_CLUSTER_ENDPOINT_SLICE, EGRESS_ENDPOINT_SLICE -> slices.add(SliceReader.read(document));
                case EGRESS_TUNNEL -> ignored.add(document.id());
                case HEALTH_RULES -> destinations.add(HealthRulesReader.read(document));
                case MEMBER -> destinations.add(MemberReader.read(document));
                case BACKEND -> destinations.add(BackendReader.read(document, here));
                case FAILOVER_POLICY -> destinations.add(FailoverPolicyReader.read(document));
                case BACKEND_TRAFFIC_POLICY -> destinations.add(BackendTrafficPolicyReader.read(document));
                case GATEWAY -> {
                    GatewayApiReader.check(document);
                    destinations.add(callerHere());
                }
                case TETRATE_GATEWAY -> {
                    destinations.add(callerHere());
                    destinations.addAll(TetrateGatewayReader.read(document));
                }
                case HTTP_ROUTE -> destinations.addAll(HttpRouteReader.read(document));
            }
        }

        private MeshDeclaration callerHere() {
            return new MeshDeclaration.CallerDeclared(new Caller(here, new TreeMap<>()));
        }

        private void takePolicy(Document document) {
            Optional<String> gateway = document.namespace().isEmpty()
                    ? Optional.empty()
                    : Optional.ofNullable(labels(document.namespace()).get(EgressApi.DEFAULT_GATEWAY_LABEL));
            PolicyDeclared policy = PolicyReader.read(document, gateway);
            policies.put(policy.policy(), policy);
            declarations.add(policy);
        }

        private void takePod(Pod pod) {
            pods.add(pod.slice());
            pod.endpoint()
                    .ifPresent(endpoint -> policies.values().stream()
                            .filter(policy -> PolicyReader.selects(policy, pod, labels(pod.namespace())))
                            .map(policy -> new EndpointSlice(policy.policy(), pod.slice(), List.of(endpoint)))
                            .forEach(slices::add));
        }

        /** Kubernetes gives every namespace a label with its own name. */
        private SortedMap<String, String> labels(String namespace) {
            var labels = new TreeMap<>(namespaces.getOrDefault(namespace, new TreeMap<>()));
            labels.put("kubernetes.io/metadata.name", namespace);
            return labels;
        }

        /** Auto-detection needs a cluster; from a file, only the listed networks count. */
        private static ClusterCidrs clusterCidrs(Document document) {
            Fields spec = document.root()
                    .only("apiVersion", "kind", "metadata", "spec", "status")
                    .requiredObject("spec")
                    .only("autoDetect", "extraCidr");
            spec.object("autoDetect").ifPresent(detect -> detect.only("podCidrMode", "clusterIP", "nodeIP"));
            return new ClusterCidrs(List.copyOf(new TreeSet<Cidr>(spec.parsedTexts("extraCidr", Cidr::parse))));
        }
    }
}
