package dev.baton.launcher.cli;

import dev.baton.contract.Assignment;
import dev.baton.contract.FleetSnapshot.FleetEip;
import dev.baton.contract.FleetSnapshot.FleetGateway;
import dev.baton.contract.FleetSnapshot.FleetNode;
import dev.baton.contract.FleetSnapshot.FleetPolicy;
import dev.baton.contract.GatewayId;
import dev.baton.contract.Holder;
import dev.baton.contract.IpAddress;
import dev.baton.contract.Pool;
import dev.baton.failover.core.FleetState;
import java.math.BigInteger;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;

/** The tables that {@code baton get} prints, with the columns of {@code kubectl get} for EgressGateway's kinds. */
final class Tables {
    /** The kinds that can be printed. */
    enum Kind {
        TUNNELS,
        GATEWAYS,
        POLICIES,
        ASSIGNMENTS,
        DESTINATIONS,
        MEMBERS,
        ROUTES,
        PROXIES;

        /** Whether it is of a mesh, and not of a fleet. */
        boolean isOfMesh() {
            return switch (this) {
                case TUNNELS, GATEWAYS, POLICIES, ASSIGNMENTS -> false;
                case DESTINATIONS, MEMBERS, ROUTES, PROXIES -> true;
            };
        }

        /** The word that users type. */
        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private Tables() {}

    static Rows of(Kind kind, FleetState state) {
        return switch (kind) {
            case TUNNELS -> tunnels(state);
            case GATEWAYS -> gateways(state);
            case POLICIES -> policies(state);
            case ASSIGNMENTS -> assignments(state);
            case DESTINATIONS, MEMBERS, ROUTES, PROXIES -> throw new IllegalArgumentException(kind + " are a mesh's");
        };
    }

    private static Rows tunnels(FleetState state) {
        var rows = new Rows("name", "tunnelMac", "tunnelIPv4", "tunnelIPv6", "mark", "phase");
        for (FleetNode node : state.nodes().values()) {
            node.tunnel()
                    .ifPresent(tunnel -> rows.add(
                            node.node(),
                            tunnel.mac(),
                            tunnel.ipv4(),
                            tunnel.ipv6(),
                            tunnel.mark(),
                            Overview.phase(node)));
        }
        return rows;
    }

    private static Rows gateways(FleetState state) {
        var rows = new Rows(
                "name",
                "ipv4DefaultEIP",
                "ipv6DefaultEIP",
                "clusterDefault",
                "ipv4Total",
                "ipv4Free",
                "ipv6Total",
                "ipv6Free");
        for (FleetGateway gateway : state.gateways().values()) {
            var spec = gateway.spec();
            rows.add(
                    spec.gateway(),
                    text(spec.ipv4Default()),
                    text(spec.ipv6Default()),
                    spec.clusterDefault(),
                    spec.ipv4Pool().size(),
                    free(
                            state,
                            spec.gateway(),
                            spec.ipv4Pool(),
                            eip -> eip.eip().ipv4()),
                    spec.ipv6Pool().size(),
                    free(
                            state,
                            spec.gateway(),
                            spec.ipv6Pool(),
                            eip -> eip.eip().ipv6()));
        }
        return rows;
    }

    private static BigInteger free(
            FleetState state, GatewayId gateway, Pool pool, Function<Assignment, Optional<IpAddress>> address) {
        long used = state.eips().values().stream()
                .map(FleetEip::assignment)
                .filter(eip ->
                        eip.gateway().equals(gateway) && address.apply(eip).isPresent())
                .count();
        return pool.size().subtract(BigInteger.valueOf(used));
    }

    private static Rows policies(FleetState state) {
        var rows = new Rows("namespace", "name", "gateway", "ipv4", "ipv6", "egressNode");
        for (FleetPolicy policy : state.policies().values()) {
            var id = policy.spec().policy();
            Optional<Assignment> eip =
                    policy.eip().flatMap(bound -> state.eips().get(bound)).map(FleetEip::assignment);
            rows.add(
                    id.namespace(),
                    id.name(),
                    policy.gateway(),
                    text(eip.flatMap(known -> known.eip().ipv4())),
                    text(eip.flatMap(known -> known.eip().ipv6())),
                    text(eip.flatMap(Assignment::holder).map(Holder::node)));
        }
        return rows;
    }

    private static Rows assignments(FleetState state) {
        var rows = new Rows("eip", "gateway", "holder", "incarnation", "epoch", "step", "mark", "reason");
        for (FleetEip eip : state.eips().values()) {
            Assignment now = eip.assignment();
            rows.add(
                    now.eip(),
                    now.gateway(),
                    text(now.holder().map(Holder::node)),
                    text(now.holder().map(Holder::incarnation)),
                    now.epoch(),
                    now.step(),
                    now.mark(),
                    now.reason());
        }
        return rows;
    }

    private static String text(Optional<?> value) {
        return value.map(Object::toString).orElse("");
    }
}
