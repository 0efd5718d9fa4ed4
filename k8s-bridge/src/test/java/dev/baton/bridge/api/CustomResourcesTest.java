package dev.baton.bridge.api;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class CustomResourcesTest {
    @Test
    void keepTheNamesThatUsersOfEgressGatewayType() {
        var resources = List.<CustomResource<?, ?>>of(
                new EgressGateway(),
                new EgressPolicy(),
                new EgressClusterPolicy(),
                new EgressTunnel(),
                new EgressEndpointSlice(),
                new EgressClusterEndpointSlice(),
                new EgressClusterInfo());
        assertEquals(
                List.of(
                        "egressgateways.egressgateway.spidernet.io Cluster",
                        "egresspolicies.egressgateway.spidernet.io Namespaced",
                        "egressclusterpolicies.egressgateway.spidernet.io Cluster",
                        "egresstunnels.egressgateway.spidernet.io Cluster",
                        "egressendpointslices.egressgateway.spidernet.io Namespaced",
                        "egressclusterendpointslices.egressgateway.spidernet.io Cluster",
                        "egressclusterinfos.egressgateway.spidernet.io Cluster"),
                resources.stream().map(r -> r.getCRDName() + " " + r.getScope()).toList());
        assertEquals(
                List.of("egw", "egp", "egcp", "egt", "egep", "egcep", "egci"),
                resources.stream()
                        .flatMap(r -> Stream.of(CustomResource.getShortNames(r.getClass())))
                        .toList());
    }

    /** What an apply leaves of an object that it empties is null, which the schema refuses. */
    @Test
    void writeNoEmptyObjectIntoAStatus() {
        assertEquals(
                "{\"ipv4\":[],\"ipv6\":[]}",
                Serialization.asJson(new EgressClusterInfo().getStatus().clusterIP()));
        assertEquals(
                "{\"name\":\"\",\"ipv4\":\"\",\"ipv6\":\"\"}",
                Serialization.asJson(new EgressTunnel().getStatus().tunnel().parent()));
    }

    @Test
    void readAGatewayAsTheApiServerSendsItAndLeaveOutWhatIsEmpty() {
        var gateway = Serialization.unmarshal("""
            apiVersion: egressgateway.spidernet.io/v1beta1
            kind: EgressGateway
            metadata: {name: egw1}
            spec:
              ippools: {ipv4: [10.6.1.55]}
              nodeSelector: {selector: {matchLabels: {egress: "true"}}}
            status:
              ipUsage: {ipv4Total: 1, ipv4Free: 0}
              nodeList: [{name: node1, status: Ready, eips: [{ipv4: 10.6.1.55, policies: [{name: p}]}]}]
            """, EgressGateway.class);
        assertEquals(List.of("10.6.1.55"), gateway.getSpec().ippools().ipv4());
        assertEquals("", gateway.getSpec().ippools().ipv4DefaultEIP());
        assertEquals(
                "true",
                gateway.getSpec().nodeSelector().selector().getMatchLabels().get("egress"));
        assertEquals(
                "10.6.1.55",
                gateway.getStatus().nodeList().getFirst().eips().getFirst().ipv4());
        String written = Serialization.asJson(gateway);
        assertEquals(false, written.contains("ipv4DefaultEIP"), written);
        assertEquals(
                gateway.getSpec(),
                Serialization.unmarshal(written, EgressGateway.class).getSpec());
    }

    @Test
    void carryConditionsAndLeaveThemOutWhereThereAreNone() {
        var policy = Serialization.unmarshal("""
            apiVersion: egressgateway.spidernet.io/v1beta1
            kind: EgressPolicy
            metadata: {name: p, namespace: default}
            status:
              node: node1
              conditions:
                - {type: Assigned, status: "True", observedGeneration: 2, lastTransitionTime: "2026-01-01T00:00:00Z",
                   reason: Held, message: ""}
            """, EgressPolicy.class);
        var said = new Condition("Assigned", "True", 2, "2026-01-01T00:00:00Z", "Held", "");
        assertEquals(List.of(said), policy.getStatus().conditions());
        // The API server requires the message, empty or not.
        assertEquals(
                said,
                Serialization.unmarshal(Serialization.asJson(policy), EgressPolicy.class)
                        .getStatus()
                        .conditions()
                        .getFirst());
        assertEquals(true, Serialization.asJson(policy).contains("\"message\":\"\""));
        assertEquals(false, Serialization.asJson(PolicyStatus.NONE).contains("conditions"));
    }
}
