package dev.baton.datapath.linux.route;

import dev.baton.contract.GatewayId;
import dev.baton.contract.IpAddress;
import dev.baton.datapath.core.DesiredState;
import java.util.Collections;
import java.util.Comparator;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The interfaces that an operator has named for the EIPs of a gateway: they live there, whatever networks the node's
 * interfaces are in. EIPs of other gateways live where their network is.
 */
public record NamedInterfaces(SortedMap<GatewayId, String> ofGateways) {
    public static final NamedInterfaces NONE = new NamedInterfaces(Map.of());

    /** @throws IllegalArgumentException if an interface has a name that the kernel does not take */
    public NamedInterfaces(Map<GatewayId, String> ofGateways) {
        this(sorted(ofGateways));
    }

    public NamedInterfaces {
        ofGateways.values().forEach(Parent::requireName);
        ofGateways = Collections.unmodifiableSortedMap(ofGateways);
    }

    private static SortedMap<GatewayId, String> sorted(Map<GatewayId, String> all) {
        var sorted = new TreeMap<GatewayId, String>(Comparator.comparing(GatewayId::value));
        sorted.putAll(all);
        return sorted;
    }

    /** The name for each address of an EIP that has one. */
    public SortedMap<IpAddress, String> ofAddresses(DesiredState desired) {
        var names = new TreeMap<IpAddress, String>();
        if (!ofGateways.isEmpty()) {
            desired.eips().forEach((eip, route) -> {
                String name = ofGateways.get(route.gateway());
                if (name != null) {
                    eip.addresses().forEach(address -> names.put(address, name));
                }
            });
        }
        return names;
    }

    /** Where EIPs may be, apart from where their networks are. */
    public SortedSet<String> names() {
        return new TreeSet<>(ofGateways.values());
    }
}
