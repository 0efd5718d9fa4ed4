package dev.baton.bridge.manifest;

import dev.baton.contract.mesh.Calls;
import dev.baton.contract.mesh.Destination;
import dev.baton.contract.mesh.DestinationId;
import dev.baton.contract.mesh.HostName;
import dev.baton.contract.mesh.MemberId;
import dev.baton.contract.mesh.MeshDeclaration.DestinationDeclared;
import dev.baton.contract.mesh.Mode;
import dev.baton.contract.mesh.PolicyTarget;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Reads Tetrate's Gateway of an edge: each rule that names clusters is a destination, {@code
 * namespace/gateway/server/index}.
 */
final class TetrateGatewayReader {
    private static final int WHOLE = 100;
    private static final String PLACE =
            "belongs into route, two spaces further right; as it stands, route is empty and this is read by nobody";

    private TetrateGatewayReader() {}

    static List<DestinationDeclared> read(Document document) {
        Fields spec = document.root()
                .only("apiVersion", "kind", "metadata", "spec", "status")
                .requiredObject("spec")
                .only("workloadSelector", "http", "displayName", "configGenerationMetadata", "etag", "fqn");
        spec.object("workloadSelector").ifPresent(selector -> selector.only("namespace", "labels"));
        var destinations = new ArrayList<DestinationDeclared>();
        for (Fields server : spec.objects("http")) {
            server.only(
                    "name", "port", "hostname", "tls", "routing", "authentication", "authorization", "rateLimiting");
            MemberReader.port(server);
            HostName host =
                    server.parsedText("hostname", HostName::new).orElseThrow(() -> server.bad("hostname", "missing"));
            String name = server.requiredText("name");
            int index = 0;
            for (Fields rule :
                    server.requiredObject("routing").only("rules", "corsPolicy").objects("rules")) {
                String id = document.namespace() + "/" + document.name() + "/" + name + "/" + index++;
                destinations.add(new DestinationDeclared(destination(document, rule, host, id)));
            }
        }
        return destinations;
    }

    private static Destination destination(Document document, Fields rule, HostName host, String id) {
        for (String misplaced : List.of("clusterDestination", "serviceDestination")) {
            if (rule.has(misplaced)) {
                throw rule.bad(misplaced, PLACE);
            }
        }
        rule.only("match", "modify", "route", "disableExternalAuthorization");
        Fields route =
                rule.requiredObject("route").only("clusterDestination", "serviceDestination", "portLevelSettings");
        if (route.has("serviceDestination")) {
            throw route.bad(
                    "serviceDestination",
                    "this is the gateway of a workload cluster; declare the cluster as a Member of baton.dev/v1beta1");
        }
        var attachedTo = new TreeSet<PolicyTarget>();
        attachedTo.add(rule.built(() -> new PolicyTarget("gateway/" + document.namespace() + "/" + document.name())));
        return rule.built(() -> new Destination(
                new DestinationId(id),
                Optional.of(host),
                mode(route.requiredObject("clusterDestination")),
                Optional.of(ProbeReader.ABSENT),
                new Calls(new TreeSet<>(List.of(host)), List.of(), Optional.empty()),
                attachedTo));
    }

    private static Mode mode(Fields clusterDestination) {
        clusterDestination.only("clusters", "failoverSettings");
        List<Fields> clusters = clusterDestination.objects("clusters");
        Optional<List<String>> labels = clusterDestination
                .object("failoverSettings")
                .map(settings ->
                        settings.only("topologyChoice", "failoverPriority").texts("failoverPriority"))
                .filter(found -> !found.isEmpty());
        clusters.forEach(cluster -> cluster.only("name", "weight", "labels", "network"));
        if (clusters.isEmpty()) {
            return labels.<Mode>map(Mode.Labelled::new).orElseGet(Mode.Auto::new);
        }
        if (labels.isPresent()) {
            throw clusterDestination.bad(
                    "failoverSettings", "not together with clusters; failoverPriority ranks all clusters by labels");
        }
        long weighted =
                clusters.stream().filter(cluster -> cluster.has("weight")).count();
        if (weighted == 0) {
            return new Mode.Named(names(clusters));
        }
        if (weighted < clusters.size()) {
            throw clusterDestination.bad(
                    "clusters", "some have a weight and some have none; give all of them one, or none");
        }
        return weights(clusterDestination, clusters);
    }

    private static SortedSet<MemberId> names(List<Fields> clusters) {
        var names = new TreeSet<MemberId>();
        for (Fields cluster : clusters) {
            if (!names.add(name(cluster))) {
                throw cluster.bad("name", name(cluster) + " appears twice");
            }
        }
        return names;
    }

    private static Mode weights(Fields clusterDestination, List<Fields> clusters) {
        names(clusters);
        var weights = new TreeMap<MemberId, Integer>();
        for (Fields cluster : clusters) {
            weights.put(name(cluster), cluster.numberWithin("weight", 0, WHOLE).orElseThrow());
        }
        if (weights.values().stream().allMatch(weight -> weight == 0)) {
            throw clusterDestination.bad("clusters", "all weights are 0; at least one above 0 is wanted");
        }
        return new Mode.Weighted(weights);
    }

    private static MemberId name(Fields cluster) {
        return cluster.parsedText("name", MemberId::new).orElseThrow(() -> cluster.bad("name", "missing"));
    }
}
