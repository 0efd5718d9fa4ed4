package dev.baton.bridge.manifest;

import dev.baton.contract.mesh.EndpointAddress;
import dev.baton.contract.mesh.HostName;
import dev.baton.contract.mesh.Locality;
import dev.baton.contract.mesh.Member;
import dev.baton.contract.mesh.MemberId;
import dev.baton.contract.mesh.MeshDeclaration.MemberDeclared;
import dev.baton.contract.mesh.Readiness;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/** Reads a member as such: a workload cluster with its gateway, where no bridge declares it. */
final class MemberReader {
    private static final int LAST_PORT = 65_535;
    private static final Map<String, Readiness> READINESS =
            Words.of("Ready", Readiness.READY, "NotReady", Readiness.NOT_READY, "Draining", Readiness.DRAINING);

    private MemberReader() {}

    static MemberDeclared read(Document document) {
        Fields spec = document.root()
                .only("apiVersion", "kind", "metadata", "spec")
                .requiredObject("spec")
                .only("region", "zone", "hostNames", "level", "endpoints");
        return new MemberDeclared(spec.built(() -> new Member(
                document.root().parsedId(document, MemberId::new),
                new Locality(spec.text("region").orElse(""), spec.text("zone").orElse("")),
                document.labels(),
                new TreeSet<>(spec.parsedTexts("hostNames", HostName::new)),
                spec.numberWithin("level", 0, Integer.MAX_VALUE).orElse(0),
                endpoints(spec))));
    }

    private static SortedMap<EndpointAddress, Readiness> endpoints(Fields spec) {
        var endpoints = new TreeMap<EndpointAddress, Readiness>();
        for (Fields endpoint : spec.objects("endpoints")) {
            endpoint.only("host", "port", "readiness");
            String host = endpoint.requiredText("host");
            endpoints.put(
                    new EndpointAddress(host, port(endpoint)),
                    endpoint.oneOf("readiness", READINESS).orElse(Readiness.READY));
        }
        return endpoints;
    }

    static int port(Fields fields) {
        return fields.numberWithin("port", 1, LAST_PORT).orElseThrow(() -> fields.bad("port", "missing"));
    }
}
