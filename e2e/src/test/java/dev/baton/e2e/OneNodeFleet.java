package dev.baton.e2e;

import dev.baton.bridge.manifest.Manifest;
import dev.baton.contract.Declaration;
import java.util.ArrayList;
import java.util.List;

/** What users declare of a fleet with one node. */
final class OneNodeFleet {
    private OneNodeFleet() {}

    static List<Declaration> settings() {
        return List.copyOf(Manifest.read("settings", """
            apiVersion: baton.dev/v1beta1
            kind: Settings
            spec: {tunnelUpdatePeriod: 250ms, tunnelMonitorPeriod: 150ms, eipEvictionTimeout: 3s, quarantine: 2s}
            """, List.of()).declarations());
    }

    /** One node, a gateway with as many EIPs as policies. */
    static List<Declaration> declarations(int policies) {
        var text = new StringBuilder("""
            {apiVersion: v1, kind: Node, metadata: {name: node1, labels: {egress: "true"}}}
            ---
            apiVersion: egressgateway.spidernet.io/v1beta1
            kind: EgressGateway
            metadata: {name: egw1}
            spec: {ippools: {ipv4: [10.7.1.0/28]}, nodeSelector: {selector: {matchLabels: {egress: "true"}}}}
            """);
        for (int i = 1; i <= policies; i++) {
            text.append("""
                ---
                apiVersion: egressgateway.spidernet.io/v1beta1
                kind: EgressPolicy
                metadata: {name: p%d, namespace: default}
                spec: {egressGatewayName: egw1, appliedTo: {podSelector: {matchLabels: {app: web}}}}
                """.formatted(i));
        }
        return new ArrayList<>(Manifest.read("test", text.toString(), List.of()).declarations());
    }
}
