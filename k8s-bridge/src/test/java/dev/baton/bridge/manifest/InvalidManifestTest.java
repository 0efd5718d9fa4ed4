package dev.baton.bridge.manifest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each error is one line that names document, field, value and what is allowed. */
class InvalidManifestTest {
    private static final String GATEWAY = """
        apiVersion: egressgateway.spidernet.io/v1beta1
        kind: EgressGateway
        metadata: {name: egw1}
        spec:
          clusterDefault: true
          ippools: {ipv4: [10.6.1.55, 10.6.1.56], ipv6: ['fd00::55', 'fd00::56'], ipv4DefaultEIP: 10.6.1.55}
          nodeSelector: {selector: {matchLabels: {egress: 'true'}}}
        """;
    private static final String POLICY = """
        apiVersion: egressgateway.spidernet.io/v1beta1
        kind: EgressPolicy
        metadata: {name: p1, namespace: shop}
        spec:
          egressIP: {ipv4: 10.6.1.55, useNodeIP: false, allocatorPolicy: default}
          appliedTo: {podSelector: {matchLabels: {app: web}}}
          destSubnet: [192.0.2.0/24]
          priority: 7
        """;
    private static final String SETTINGS = """
        apiVersion: baton.dev/v1beta1
        kind: Settings
        spec: {eipEvictionTimeout: 3s, failsafe: off}
        """;

    private static String refusal(String yaml) {
        return String.valueOf(assertThrows(InvalidManifest.class, () -> Manifest.read("f.yaml", yaml, List.of()))
                .getMessage());
    }

    private static void assertRefused(String valid, String part, String instead, String message) {
        Manifest.read("f.yaml", valid, List.of());
        String changed = valid.replace(part, instead);
        assertEquals(message, refusal(changed).replaceFirst("^f.yaml\\[1]: ", ""));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "10.6.1.56 | 10.6.1.256 | spec.ippools.ipv4[1]: pool: \"10.6.1.256\" is not an IP address; allowed are"
                        + " forms like 10.6.1.55 and fd00::55; a pool item is an address, first-last, or a CIDR",
                "10.6.1.56 | 127.0.0.9 | spec.ippools.ipv4[1]: 127.0.0.9 cannot be an EIP: 127.0.0.0/8 is loopback",
                "10.6.1.56 | 126.1.1.1-128.0.0.1 | spec.ippools.ipv4[1]: 127.0.0.0-127.255.255.255 cannot be an EIP:"
                        + " 127.0.0.0/8 is loopback",
                "10.6.1.56 | fd00::9 | spec.ippools.ipv4[1]: pool: \"fd00::9\" is not of family V4",
                "10.6.1.56 | 10.6.1.56-10.6.1.57 | spec.ippools: ipv4 has 3 addresses, ipv6 has 2; two non-empty pools"
                        + " must be of one size, since their addresses go in pairs",
                "10.6.1.56 | 10.6.1.58-10.6.1.57 | spec.ippools.ipv4[1]: pool: range 10.6.1.58-10.6.1.57 is not"
                        + " ascending within one family; a pool item is an address, first-last, or a CIDR",
                "DefaultEIP: 10.6.1.55 | DefaultEIP: 10.6.1.99 | spec.ippools.ipv4DefaultEIP: 10.6.1.99 lies outside"
                        + " the pool [10.6.1.55, 10.6.1.56]",
                "{egress: 'true'} | {} | spec.nodeSelector.selector: selects nothing; give at least one of matchLabels"
                        + " and matchExpressions",
                "'true' | true | spec.nodeSelector.selector.matchLabels.egress: true is not text; quote it",
                "nodeSelector | nodeSelectr | spec.nodeSelectr: unknown field; known here: clusterDefault, ippools,"
                        + " nodeSelector",
                "clusterDefault: true | clusterDefault: 'yes' | spec.clusterDefault: \"yes\" is not a boolean; allowed"
                        + " are true and false, unquoted",
            })
    void refusesAGatewayByField(String part, String instead, String message) {
        assertRefused(GATEWAY, part, instead, "EgressGateway/egw1: " + message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "192.0.2.0/24 | 1.1.1.1 | spec.destSubnet[0]: \"1.1.1.1\" is not a CIDR; allowed are forms like"
                        + " 192.168.1.0/24 and fd00::/64",
                "192.0.2.0/24 | 1.1.1.1999/24 | spec.destSubnet[0]: \"1.1.1.1999\" is not an IP address; allowed are"
                        + " forms like 10.6.1.55 and fd00::55",
                "192.0.2.0/24 | 1.1.1.1/33 | spec.destSubnet[0]: prefix length 33 of 1.1.1.1 is not within 0..32",
                "useNodeIP: false | useNodeIP: true | spec.egressIP.useNodeIP: true excludes ipv4 and ipv6: the node's"
                        + " address or an EIP, not both",
                "ipv4: 10.6.1.55 | ipv6: 10.6.1.55 | spec.egressIP.ipv6: 10.6.1.55 is not of family V6",
                "allocatorPolicy: default | allocatorPolicy: random | spec.egressIP.allocatorPolicy: \"random\" is not"
                        + " allowed; allowed are default and rr",
                "podSelector: | podSubnet: [10.0.0.0/8], podSelector: | spec.appliedTo.podSubnet: [10.0.0.0/8] and"
                        + " podSelector.matchLabels exclude each other; allowed are podSubnet alone, podSelector alone,"
                        + " and podSubnet with podSelector.matchExpressions, which must both match",
                "podSelector: {matchLabels: {app: web}} | podSubnet: [10.0.0.7] | spec.appliedTo.podSubnet[0]:"
                        + " \"10.0.0.7\" is not a CIDR; allowed are forms like 192.168.1.0/24 and fd00::/64",
                "priority: 7 | priority: -1 | spec.priority: -1 is not allowed; allowed are whole numbers of"
                        + " 0..9223372036854775807",
                "priority: 7 | priority: 1.5 | spec.priority: 1.5 is not allowed; allowed are whole numbers of"
                        + " 0..9223372036854775807",
                "priority: 7 | priority: 18446744073709551615 | spec.priority: 18446744073709551615 is not allowed;"
                        + " allowed are whole numbers of 0..9223372036854775807",
                "priority: 7 | priority: '7' | spec.priority: \"7\" is not allowed; allowed are whole numbers of"
                        + " 0..9223372036854775807",
                "{app: web} | {} | spec.appliedTo.podSelector: selects nothing; give at least one of matchLabels and"
                        + " matchExpressions",
                "matchLabels: {app: web} | matchExpressions: [{key: app, operator: Is}] |"
                        + " spec.appliedTo.podSelector.matchExpressions[0].operator: \"Is\" is not allowed; allowed are"
                        + " In, NotIn, Exists, DoesNotExist",
                "podSelector: | namespaceSelector: | spec.appliedTo.namespaceSelector: unknown field; known here:"
                        + " podSelector, podSubnet",
                "destSubnet: [192.0.2.0/24] | destSubnet: 192.0.2.0/24 | spec.destSubnet: \"192.0.2.0/24\" is not a"
                        + " list",
            })
    void refusesAPolicyByField(String part, String instead, String message) {
        assertRefused(POLICY, part, instead, "EgressPolicy/shop/p1: " + message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "3s | 3 | spec.eipEvictionTimeout: 3 is not text; quote it",
                "3s | 3d | spec.eipEvictionTimeout: \"3d\" is not a duration; allowed are a number and its unit:"
                        + " 250ms, 3s, 2m, 1h",
                "3s | 3h | spec: eipEvictionTimeout=10800000ms is not within 10ms..10m",
                "3s | 500ms | spec: eipEvictionTimeout=500ms must be longer than tunnelMonitorPeriod=250ms +"
                        + " tunnelUpdatePeriod=500ms: a node would be timed out between two of its heartbeats",
                "off | peers | spec.failsafe: \"peers\" is not allowed; allowed is off",
            })
    void refusesSettingsByField(String part, String instead, String message) {
        assertRefused(SETTINGS, part, instead, "Settings/default: " + message);
    }

    @Test
    void refusesTheWholeFileForOneBadDocument() {
        String message = refusal(GATEWAY + "---\n" + POLICY.replace("192.0.2.0/24", "x"));
        assertEquals(
                "f.yaml[2]: EgressPolicy/shop/p1: spec.destSubnet[0]: \"x\" is not a CIDR; allowed are forms like"
                        + " 192.168.1.0/24 and fd00::/64",
                message);
    }

    @Test
    void refusesWhatIsNoManifest() {
        assertEquals("f.yaml[1]: \"hello\" is not an object", refusal("hello"));
        assertEquals("f.yaml[1]: kind: missing", refusal("apiVersion: v1"));
        assertEquals(
                "f.yaml[1]: apiVersion: \"v1\" of EgressGateway must be egressgateway.spidernet.io/v1beta1",
                refusal(GATEWAY.replace("egressgateway.spidernet.io/v1beta1", "v1")));
        assertEquals("f.yaml: EgressGateway/egw1: appears twice", refusal(GATEWAY + "---\n" + GATEWAY));
        assertEquals(
                "f.yaml[1]: metadata.lables: unknown field; known here: name, namespace, labels",
                refusal(GATEWAY.replace("{name: egw1}", "{name: egw1, lables: {}}"))
                        .split(", annotations")[0]);
        assertEquals(
                "f.yaml[1]: EgressGateway/EGW: metadata.name: gateway: \"EGW\" is not a name",
                refusal(GATEWAY.replace("egw1", "EGW")).split(";")[0]);
    }

    @Test
    void refusesADuplicateKeyWithItsLine() {
        String message = refusal("kind: Pod\nkind: Node\n");
        assertEquals(
                true, message.contains("not YAML") && message.contains("kind") && message.contains("line"), message);
    }
}
