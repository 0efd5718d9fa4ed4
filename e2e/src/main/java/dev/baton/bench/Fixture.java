package dev.baton.bench;

import dev.baton.contract.Declaration;
import dev.baton.contract.GatewayDeclared;
import dev.baton.contract.GatewayId;
import dev.baton.contract.IpFamily;
import dev.baton.contract.LabelSelector;
import dev.baton.contract.NodeDeclared;
import dev.baton.contract.NodeId;
import dev.baton.contract.PolicyDeclared;
import dev.baton.contract.PolicyDeclared.AllocatorPolicy;
import dev.baton.contract.PolicyDeclared.EgressIp;
import dev.baton.contract.PolicyId;
import dev.baton.contract.Pool;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** A fleet to measure with. */
final class Fixture {
    private static final LabelSelector EGRESS = labels("egress", "true");

    private Fixture() {}

    /** Nodes {@code node0..}, one gateway, and as many policies as EIPs, each with one of its own. */
    static List<Declaration> declarations(int nodes, int eips) {
        var declarations = new ArrayList<Declaration>();
        for (int n = 0; n < nodes; n++) {
            declarations.add(new NodeDeclared(new NodeId("node" + n), EGRESS.matchLabels(), true, false));
        }
        var gateway = new GatewayId("egw");
        declarations.add(new GatewayDeclared(
                gateway,
                true,
                Pool.parse("ipv4", IpFamily.V4, List.of("10.6.0.0/16")),
                Pool.EMPTY,
                Optional.empty(),
                Optional.empty(),
                EGRESS));
        for (int p = 0; p < eips; p++) {
            declarations.add(new PolicyDeclared(
                    PolicyId.cluster("policy" + p),
                    Optional.of(gateway),
                    new EgressIp(Optional.empty(), Optional.empty(), false, AllocatorPolicy.RR),
                    List.of(),
                    labels("app", "app" + p),
                    List.of(),
                    Optional.empty(),
                    0));
        }
        return declarations;
    }

    private static LabelSelector labels(String key, String value) {
        return new LabelSelector(new TreeMap<>(Map.of(key, value)), List.of());
    }
}
