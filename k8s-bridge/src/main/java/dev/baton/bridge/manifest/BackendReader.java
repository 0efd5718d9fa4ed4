package dev.baton.bridge.manifest;

import dev.baton.contract.IpAddress;
import dev.baton.contract.mesh.EndpointAddress;
import dev.baton.contract.mesh.HostName;
import dev.baton.contract.mesh.Locality;
import dev.baton.contract.mesh.Member;
import dev.baton.contract.mesh.MemberId;
import dev.baton.contract.mesh.MeshDeclaration.MemberDeclared;
import dev.baton.contract.mesh.Readiness;
import java.util.TreeMap;
import java.util.TreeSet;

/** Reads Envoy Gateway's Backend: a member of the first level, or with {@code fallback} of the second. */
final class BackendReader {
    /** Settings of the connection, which are the proxy's. */
    private static final String[] SPEC = {"endpoints", "fallback", "type", "appProtocols", "tls"};

    private static final int FALLBACK = 1;

    private BackendReader() {}

    /** A backend's name, which may also be that of a Service. */
    static MemberId id(String namespace, String name) {
        return new MemberId("backend/" + namespace + "/" + name);
    }

    static MemberDeclared read(Document document, Locality here) {
        Fields spec = document.root()
                .only("apiVersion", "kind", "metadata", "spec", "status")
                .requiredObject("spec")
                .only(SPEC);
        spec.oneOf("type", Words.of("Endpoints", true));
        var endpoints = new TreeMap<EndpointAddress, Readiness>();
        for (Fields endpoint : spec.objects("endpoints")) {
            endpoints.put(address(endpoint.only("fqdn", "ip", "unix", "zone", "hostname")), Readiness.READY);
        }
        if (endpoints.isEmpty()) {
            throw spec.bad("endpoints", "missing; at least one is wanted");
        }
        int level = spec.flag("fallback", false) ? FALLBACK : 0;
        return new MemberDeclared(spec.built(() -> new Member(
                id(document.namespace(), document.name()),
                here,
                document.labels(),
                new TreeSet<>(),
                level,
                endpoints)));
    }

    private static EndpointAddress address(Fields endpoint) {
        if (endpoint.has("unix")) {
            throw endpoint.bad(
                    "unix", "a socket of the proxy's own machine is not failed over; allowed are fqdn and ip");
        }
        if (endpoint.has("fqdn") == endpoint.has("ip")) {
            throw endpoint.bad("fqdn", "one of fqdn and ip is wanted");
        }
        if (endpoint.has("ip")) {
            Fields ip = endpoint.requiredObject("ip").only("address", "port");
            String address = ip.parsedText("address", IpAddress::parse)
                    .orElseThrow(() -> ip.bad("address", "missing"))
                    .toString();
            return new EndpointAddress(address, MemberReader.port(ip));
        }
        Fields fqdn = endpoint.requiredObject("fqdn").only("hostname", "port");
        String name = fqdn.parsedText("hostname", HostName::new)
                .orElseThrow(() -> fqdn.bad("hostname", "missing"))
                .value();
        return new EndpointAddress(name, MemberReader.port(fqdn));
    }
}
