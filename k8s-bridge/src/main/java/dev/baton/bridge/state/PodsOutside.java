package dev.baton.bridge.state;

import dev.baton.contract.Cidr;
import dev.baton.contract.IpAddress;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Pods whose addresses lie in no network that was found: the network plugin gives out others than Kubernetes gave the
 * nodes. Pod to pod is no egress all the same, so such addresses count one by one.
 */
final class PodsOutside {
    /** Each change of them is told to every agent as a whole. Whoever has more of them lists their networks. */
    static final int MOST = 2_000;

    private final Map<String, List<IpAddress>> pods = new HashMap<>();
    private List<Cidr> found = List.of();
    private TreeMap<IpAddress, Cidr> inside = new TreeMap<>();
    /** Asked for by whoever publishes, tells and shows them, so kept until something changes. */
    private Optional<SortedSet<Cidr>> networks = Optional.empty();

    /** @return whether an address outside came or went */
    boolean put(String pod, List<IpAddress> addresses) {
        List<IpAddress> before = Optional.ofNullable(
                        addresses.isEmpty() ? pods.remove(pod) : pods.put(pod, List.copyOf(addresses)))
                .orElse(List.of());
        boolean matters = !before.equals(addresses) && (isAnyOutside(before) || isAnyOutside(addresses));
        networks = matters ? Optional.empty() : networks;
        return matters;
    }

    /** The networks that were found. */
    void inside(Collection<Cidr> all) {
        List<Cidr> merged = Cidr.merged(all);
        if (!merged.equals(found)) {
            found = merged;
            inside = new TreeMap<>();
            merged.forEach(network -> inside.put(network.network(), network));
            networks = Optional.empty();
        }
    }

    /** Networks of one address each, as many as count. */
    SortedSet<Cidr> networks() {
        SortedSet<Cidr> known = networks.orElseGet(this::outside);
        networks = Optional.of(known);
        return known;
    }

    private SortedSet<Cidr> outside() {
        var networks = new TreeSet<Cidr>();
        pods.values().stream()
                .flatMap(List::stream)
                .filter(this::isOutside)
                .map(address -> new Cidr(address, address.family().bits()))
                .sorted()
                .limit(MOST)
                .forEach(networks::add);
        return networks;
    }

    private boolean isAnyOutside(List<IpAddress> addresses) {
        return addresses.stream().anyMatch(this::isOutside);
    }

    private boolean isOutside(IpAddress address) {
        return Optional.ofNullable(inside.floorEntry(address))
                .filter(below -> below.getValue().contains(address))
                .isEmpty();
    }
}
