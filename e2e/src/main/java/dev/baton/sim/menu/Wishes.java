package dev.baton.sim.menu;

import dev.baton.contract.Cidr;
import dev.baton.contract.Eip;
import dev.baton.contract.GatewayDeclared;
import dev.baton.contract.GatewayId;
import dev.baton.contract.IpAddress;
import dev.baton.contract.IpFamily;
import dev.baton.contract.LabelSelector;
import dev.baton.contract.NodeDeclared;
import dev.baton.contract.NodeId;
import dev.baton.contract.PolicyDeclared;
import dev.baton.contract.PolicyDeclared.AllocatorPolicy;
import dev.baton.contract.PolicyDeclared.EgressIp;
import dev.baton.contract.PolicyId;
import dev.baton.contract.Pool;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The words in which users declare gateways, policies and nodes. Gateways are numbered from 0; each has a pool of its
 * own, in one family or in both.
 */
public record Wishes(int eips, int gateways, boolean dualStack) {
    public static final TreeMap<String, String> SELECTED = new TreeMap<>(Map.of("egress", "true", "zone", "a"));
    public static final TreeMap<String, String> OTHER_ZONE = new TreeMap<>(Map.of("egress", "true", "zone", "b"));

    /** Addresses in all pools. */
    public int all() {
        return eips * gateways;
    }

    public static GatewayId gatewayId(int number) {
        return new GatewayId("egw" + number);
    }

    public GatewayDeclared gateway(int number) {
        return gateway(number, eips, new TreeMap<>(Map.of("egress", "true")));
    }

    /** @param size of the pool, which may be too small for what was allocated */
    public GatewayDeclared gateway(int number, int size, TreeMap<String, String> selects) {
        return new GatewayDeclared(
                gatewayId(number),
                number == 0,
                Pool.parse("ipv4", IpFamily.V4, List.of(range("10.6." + (number + 1) + ".", size))),
                dualStack
                        ? Pool.parse("ipv6", IpFamily.V6, List.of(range("fd00:6:" + (number + 1) + "::", size)))
                        : Pool.EMPTY,
                Optional.empty(),
                Optional.empty(),
                new LabelSelector(selects, List.of()));
    }

    private static String range(String prefix, int size) {
        return prefix + "1-" + prefix + size;
    }

    public static PolicyId policyId(int number) {
        return new PolicyId("default", "p" + number);
    }

    /** With another way of choosing its EIP for each number. */
    public PolicyDeclared policy(int number, int gateway, List<Cidr> destinations, long priority) {
        EgressIp wanted = switch (number % 4) {
            case 0 -> EgressIp.DEFAULT;
            case 1 ->
                new EgressIp(Optional.of(address(number, gateway)), Optional.empty(), false, AllocatorPolicy.DEFAULT);
            default -> new EgressIp(Optional.empty(), Optional.empty(), false, AllocatorPolicy.RR);
        };
        return new PolicyDeclared(
                policyId(number),
                Optional.of(gatewayId(gateway)),
                wanted,
                destinations,
                new LabelSelector(new TreeMap<>(Map.of("app", "p" + number)), List.of()),
                List.of(),
                Optional.empty(),
                priority);
    }

    /** One of a gateway's addresses. */
    public IpAddress address(int number, int gateway) {
        return IpAddress.parse("10.6." + (gateway + 1) + "." + Math.min(number, eips));
    }

    /** As EgressGateway pairs addresses: an address of either family of the gateway's, by chance. */
    public Eip pair(int ipv4, int ipv6, int gateway) {
        Optional<IpAddress> second = dualStack
                ? Optional.of(IpAddress.parse("fd00:6:" + (gateway + 1) + "::" + Integer.toHexString(ipv6)))
                : Optional.empty();
        return Eip.of(Optional.of(address(ipv4, gateway)), second);
    }

    public static NodeDeclared node(NodeId node) {
        return new NodeDeclared(node, SELECTED, true, false);
    }
}
