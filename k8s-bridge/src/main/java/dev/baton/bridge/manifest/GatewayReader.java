package dev.baton.bridge.manifest;

import dev.baton.contract.GatewayDeclared;
import dev.baton.contract.GatewayId;
import dev.baton.contract.IpAddress;
import dev.baton.contract.IpFamily;
import dev.baton.contract.LabelSelector;
import dev.baton.contract.Pool;
import dev.baton.contract.ReservedNetwork;
import java.util.List;
import java.util.Optional;

/** Reads an EgressGateway, with every check of its webhook that needs no other object. */
final class GatewayReader {
    private GatewayReader() {}

    static GatewayDeclared read(Document document) {
        Fields spec = document.root()
                .only("apiVersion", "kind", "metadata", "spec", "status")
                .requiredObject("spec")
                .only("clusterDefault", "ippools", "nodeSelector");
        Optional<Fields> pools =
                spec.object("ippools").map(fields -> fields.only("ipv4", "ipv6", "ipv4DefaultEIP", "ipv6DefaultEIP"));
        Pool ipv4 = pool(pools, "ipv4", IpFamily.V4);
        Pool ipv6 = pool(pools, "ipv6", IpFamily.V6);
        if (!ipv4.isEmpty() && !ipv6.isEmpty() && !ipv4.size().equals(ipv6.size())) {
            throw spec.bad(
                    "ippools",
                    "ipv4 has " + ipv4.size() + " addresses, ipv6 has " + ipv6.size()
                            + "; two non-empty pools must be of one size, since their addresses go in pairs");
        }
        return new GatewayDeclared(
                document.root().parsedId(document, GatewayId::new),
                spec.flag("clusterDefault", false),
                ipv4,
                ipv6,
                defaultEip(pools, "ipv4DefaultEIP", ipv4),
                defaultEip(pools, "ipv6DefaultEIP", ipv6),
                nodeSelector(spec));
    }

    private static LabelSelector nodeSelector(Fields spec) {
        Fields nodeSelector = spec.requiredObject("nodeSelector").only("selector", "policy");
        nodeSelector.text("policy"); // has no effect, but must be of the right type
        return Selectors.readRequired(nodeSelector, "selector");
    }

    private static Pool pool(Optional<Fields> pools, String field, IpFamily family) {
        return pools.map(fields -> {
                    // Item by item, so that the message has the index.
                    fields.parsedTexts(field, item -> usable(Pool.parse("pool", family, List.of(item))));
                    return Pool.parse(field, family, fields.texts(field));
                })
                .orElse(Pool.EMPTY);
    }

    private static Pool usable(Pool item) {
        ReservedNetwork.problemOf(item).ifPresent(problem -> {
            throw new IllegalArgumentException(problem);
        });
        return item;
    }

    private static Optional<IpAddress> defaultEip(Optional<Fields> pools, String field, Pool pool) {
        Optional<IpAddress> address = pools.flatMap(fields -> fields.parsedText(field, IpAddress::parse));
        if (address.isPresent() && !pool.contains(address.get())) {
            throw pools.orElseThrow().bad(field, address.get() + " lies outside the pool " + pool);
        }
        return address;
    }
}
