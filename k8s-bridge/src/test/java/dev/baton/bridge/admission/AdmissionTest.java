package dev.baton.bridge.admission;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.baton.bridge.api.EgressApi;
import dev.baton.bridge.api.EgressClusterInfo;
import dev.baton.bridge.api.EgressGateway;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** What needs no API server to be seen; the whole table is asserted with kubectl elsewhere. */
class AdmissionTest {
    private static final String NODES = "\"nodeSelector\": {\"selector\": {\"matchLabels\": {\"a\": \"b\"}}}";
    private static final String PODS = "\"appliedTo\": {\"podSelector\": {\"matchLabels\": {\"a\": \"b\"}}}";

    /** One gateway, which is the default, and one namespace, which names another. */
    private static final class OneGateway implements ClusterObjects {
        private final EgressGateway gateway = Serialization.unmarshal("""
            apiVersion: egressgateway.spidernet.io/v1beta1
            kind: EgressGateway
            metadata: {name: egw1}
            spec:
              clusterDefault: true
              ippools: {ipv4: [10.6.1.0/24], ipv4DefaultEIP: 10.6.1.1}
              nodeSelector: {selector: {matchLabels: {a: b}}}
            status:
              nodeList: [{name: node1, eips: [{ipv4: 10.6.1.7, ipv6: "fd00::7"}]}]
            """, EgressGateway.class);

        @Override
        public Collection<EgressGateway> gateways() {
            return List.of(gateway);
        }

        @Override
        public Optional<EgressGateway> gateway(String name) {
            return name.equals("egw1") ? Optional.of(gateway) : Optional.empty();
        }

        @Override
        public Optional<EgressClusterInfo> clusterInfo() {
            return Optional.of(Serialization.unmarshal("""
                apiVersion: egressgateway.spidernet.io/v1beta1
                kind: EgressClusterInfo
                metadata: {name: default}
                status:
                  clusterIP: {ipv4: [10.96.0.0/12], ipv6: ["fd96::/112"]}
                  podCIDR: {node1: {ipv4: [10.244.1.0/24]}}
                  nodeIP: {node1: {ipv4: [10.6.0.11]}}
                """, EgressClusterInfo.class));
        }

        @Override
        public Map<String, String> namespaceLabels(String namespace) {
            return namespace.equals("shop") ? Map.of(EgressApi.DEFAULT_GATEWAY_LABEL, "egw9") : Map.of();
        }
    }

    private final Admission admission = new Admission(Families.BOTH, new OneGateway());

    private static String object(String kind, String spec) {
        return "{\"apiVersion\": \"egressgateway.spidernet.io/v1beta1\", \"kind\": \"" + kind
                + "\", \"metadata\": {\"name\": \"new\"}, \"spec\": {" + spec + "}}";
    }

    private static AdmissionRequest request(String kind, String namespace, String object, String old) {
        return AdmissionRequest.read(Serialization.unmarshal(
                """
                {"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview", "request": {"uid": "1", "operation": "%s",
                 "kind": {"kind": "%s"}, "namespace": "%s", "name": "new", "object": %s, "oldObject": %s}}
                """.formatted(old.equals("null") ? "CREATE" : "UPDATE", kind, namespace, object, old), JsonNode.class));
    }

    private void denied(String kind, String spec, String why) {
        Verdict verdict = admission.validate(request(kind, "", object(kind, spec), "null"));
        String message = assertInstanceOf(Verdict.Denied.class, verdict, verdict::toString)
                .message();
        assertTrue(message.startsWith(kind + "/new: " + why), message);
    }

    private String patch(AdmissionRequest request) {
        Verdict verdict = admission.mutate(request);
        return verdict instanceof Verdict.Patched patched ? patched.operations().toString() : "";
    }

    /** Beside EgressGateway, whose own webhook judges. */
    @Test
    void allowsAsItIsWhatIsNotItsToJudge() {
        var beside = new Admission(Families.BOTH, new OneGateway(), () -> false);
        AdmissionRequest wrong =
                request("EgressGateway", "", object("EgressGateway", NODES + ", \"ippools\": 7"), "null");
        assertInstanceOf(Verdict.Denied.class, admission.validate(wrong));
        assertEquals(Verdict.ALLOWED, beside.validate(wrong));
        AdmissionRequest plain = request("EgressPolicy", "default", object("EgressPolicy", ""), "null");
        assertInstanceOf(Verdict.Patched.class, admission.mutate(plain));
        assertEquals(Verdict.ALLOWED, beside.mutate(plain));
    }

    @Test
    void saysWhatOneObjectShowsAndWhatOthersDo() {
        denied("EgressGateway", NODES + ", \"ippools\": 7", "spec.ippools: 7 is not an object");
        denied(
                "EgressGateway",
                NODES + ", \"ippools\": {\"ipv4\": [\"10.6.1.250-10.6.2.3\"]}",
                "spec.ippools.ipv4: 10.6.1.250-10.6.1.254 is in the pool of gateway egw1 too");
        denied(
                "EgressGateway",
                NODES + ", \"ippools\": {\"ipv4\": [\"126.1.1.1-128.0.0.1\"]}",
                "spec.ippools.ipv4[0]: 127.0.0.0-127.255.255.255 cannot be an EIP: 127.0.0.0/8 is loopback");
        denied(
                "EgressGateway",
                NODES + ", \"ippools\": {\"ipv4\": [\"10.96.0.0/28\"]}",
                "spec.ippools.ipv4: 10.96.0.1-10.96.0.14 cannot be an EIP: it is in the services' network"
                        + " 10.96.0.0/12");
        denied(
                "EgressGateway",
                NODES + ", \"ippools\": {\"ipv6\": [\"fd96::7\"]}",
                "spec.ippools.ipv6: fd96::7 cannot be an EIP: it is in the services' network fd96::/112");
        denied(
                "EgressGateway",
                NODES + ", \"ippools\": {\"ipv4\": [\"10.244.1.7\"]}",
                "spec.ippools.ipv4: 10.244.1.7 cannot be an EIP: it is in the pods' network 10.244.1.0/24");
        denied(
                "EgressGateway",
                NODES + ", \"ippools\": {\"ipv4\": [\"10.6.0.10-10.6.0.12\"]}",
                "spec.ippools.ipv4: 10.6.0.11 cannot be an EIP: it is the address of node node1");
        denied("EgressGateway", NODES + ", \"clusterDefault\": true", "spec.clusterDefault: true, but gateway egw1");
        denied(
                "EgressClusterPolicy",
                PODS + ", \"egressGatewayName\": \"egw1\", \"egressIP\": {\"ipv4\": \"10.6.1.7\"}",
                "spec.egressIP.ipv6: none cannot go with 10.6.1.7, which is allocated together with fd00::7");
        denied("EgressClusterPolicy", PODS, "spec.egressGatewayName: missing, and there is no default");
    }

    @Test
    void fillsInWhatIsMissingAndNothingElse() {
        String policy = object("EgressPolicy", PODS + ", \"egressIP\": {\"useNodeIP\": true}");
        assertEquals(
                "[{\"op\":\"add\",\"path\":\"/spec/egressGatewayName\",\"value\":\"egw9\"}]",
                patch(request("EgressPolicy", "shop", policy, "null")));
        assertEquals(
                "[{\"op\":\"add\",\"path\":\"/spec/egressGatewayName\",\"value\":\"egw1\"}]",
                patch(request("EgressPolicy", "other", policy, "null")));
        String named = object("EgressPolicy", PODS + ", \"egressGatewayName\": \"egw2\"");
        assertEquals(
                "[{\"op\":\"add\",\"path\":\"/spec/egressIP\",\"value\":{\"allocatorPolicy\":\"default\",\"useNodeIP\":false}}]",
                patch(request("EgressPolicy", "shop", named, "null")));
        // A name that it had stays, whatever the namespace names by now.
        assertEquals(
                "[{\"op\":\"add\",\"path\":\"/spec/egressGatewayName\",\"value\":\"egw2\"}]",
                patch(request("EgressPolicy", "shop", policy, named)));
    }

    @Test
    void choosesADefaultThatNobodyHas() {
        String gateway = object("EgressGateway", NODES + ", \"ippools\": {\"ipv4\": [\"10.8.0.1-10.8.0.9\"]}");
        assertTrue(patch(request("EgressGateway", "", gateway, "null")).contains("\"value\":\"10.8.0.1\""));
        String before = object("EgressGateway", NODES + ", \"ippools\": {\"ipv4\": [\"10.8.0.1\"]}");
        String allocated = before.substring(0, before.length() - 1)
                + ", \"status\": {\"nodeList\": [{\"name\": \"n\", \"eips\": [{\"ipv4\": \"10.8.0.1\"}]}]}}";
        assertTrue(patch(request("EgressGateway", "", gateway, allocated)).contains("\"value\":\"10.8.0.2\""));
        String chosen = object(
                "EgressGateway", NODES + ", \"ippools\": {\"ipv4\": [\"10.8.0.1\"], \"ipv4DefaultEIP\": \"10.8.0.1\"}");
        assertTrue(patch(request("EgressGateway", "", gateway, chosen)).contains("\"value\":\"10.8.0.1\""));
        // Malformed: left to be refused.
        assertTrue(!patch(request("EgressGateway", "", object("EgressGateway", "\"ippools\": 7"), "null"))
                .contains("ippools"));
    }

    /** As kubectl leaves it: the annotation has what the user wrote, the object also what was filled in before. */
    private static String applied(String written, String whole) {
        String gateway = object("EgressGateway", NODES + ", \"ippools\": {" + whole + "}");
        String annotation = "{\\\"spec\\\": {\\\"ippools\\\": {" + written.replace("\"", "\\\"") + "}}}";
        return gateway.replace(
                "\"name\": \"new\"",
                "\"name\": \"new\", \"annotations\": {\"kubectl.kubernetes.io/last-applied-configuration\": \""
                        + annotation + "\"}");
    }

    @Test
    void choosesAnotherDefaultWhenAPoolIsAppliedThatDoesNotHaveTheOneThatWasFilledIn() {
        String pool = "\"ipv4\": [\"10.8.0.1-10.8.0.9\"]";
        String filledIn = ", \"ipv4DefaultEIP\": \"10.7.0.1\"";
        String before = object("EgressGateway", NODES + ", \"ippools\": {\"ipv4\": [\"10.7.0.1\"]" + filledIn + "}");
        assertTrue(patch(request("EgressGateway", "", applied(pool, pool + filledIn), before))
                .contains("\"value\":\"10.8.0.1\""));
        assertTrue(
                !patch(request("EgressGateway", "", applied(pool + filledIn, pool + filledIn), before))
                        .contains("ippools"),
                "he wrote it himself: left to be refused");
        String other = ", \"ipv4DefaultEIP\": \"10.6.0.1\"";
        assertTrue(!patch(request("EgressGateway", "", applied(pool, pool + other), before))
                .contains("ippools"));
    }

    @Test
    void asksOnlyForWhatIsToBeWritten() {
        String gateway = object("EgressGateway", NODES + ", \"clusterDefault\": true");
        assertEquals(Verdict.ALLOWED, admission.validate(request("EgressGateway", "", gateway, gateway)));
        String leaving = gateway.replace(
                "\"name\": \"new\"", "\"name\": \"new\", \"deletionTimestamp\": \"2026-01-01T00:00:00Z\"");
        assertEquals(
                Verdict.ALLOWED,
                admission.validate(request("EgressGateway", "", leaving, object("EgressGateway", NODES))));
        assertEquals(Verdict.ALLOWED, admission.validate(request("Pod", "x", "{}", "null")));
    }

    @Test
    void refusesToAnswerWhatIsNoReview() {
        for (String text : List.of("{}", "[]", "{\"kind\": \"AdmissionReview\"}", "{\"request\": {\"uid\": \"1\"}}")) {
            assertThrows(
                    IllegalArgumentException.class,
                    () -> AdmissionRequest.read(Serialization.unmarshal(text, JsonNode.class)));
        }
    }

    /** So that the first request of the API server finds classes and connection there. */
    @Test
    void theFirstVerdictAsksTheClusterAsAnyOtherDoes() {
        var asked = new TreeSet<String>();
        var cluster = new OneGateway();
        FirstVerdict.by(new Admission(Families.BOTH, new ClusterObjects() {
            @Override
            public Collection<EgressGateway> gateways() {
                asked.add("gateways");
                return cluster.gateways();
            }

            @Override
            public Optional<EgressGateway> gateway(String name) {
                asked.add("gateway " + name);
                return cluster.gateway(name);
            }

            @Override
            public Optional<EgressClusterInfo> clusterInfo() {
                asked.add("networks");
                return cluster.clusterInfo();
            }

            @Override
            public Map<String, String> namespaceLabels(String namespace) {
                return cluster.namespaceLabels(namespace);
            }
        }));
        assertEquals(Set.of("gateways", "gateway first-verdict", "networks"), asked);
    }
}
