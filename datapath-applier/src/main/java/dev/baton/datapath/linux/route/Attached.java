package dev.baton.datapath.linux.route;

import dev.baton.contract.Cidr;
import dev.baton.contract.DatapathFault;
import dev.baton.contract.IpAddress;
import dev.baton.contract.MacAddress;
import dev.baton.datapath.DatapathException;
import dev.baton.datapath.linux.tool.RunTool;
import dev.baton.datapath.linux.tool.Words;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * An Ethernet interface with addresses of the node's own. The EIPs of its networks live on it.
 *
 * @param networks of these addresses
 */
public record Attached(
        String name, int index, MacAddress mac, SortedSet<IpAddress> addresses, SortedSet<Cidr> networks) {
    public Attached {
        addresses = Collections.unmodifiableSortedSet(new TreeSet<>(addresses));
        networks = Collections.unmodifiableSortedSet(new TreeSet<>(networks));
    }

    /** The length of the longest prefix by which it is in the address's network; -1: it is in none. */
    int reach(IpAddress address) {
        return networks.stream()
                .filter(network -> network.contains(address))
                .mapToInt(Cidr::prefix)
                .max()
                .orElse(-1);
    }

    /** Whether an address is in one of its networks: then whoever has it answers there. */
    public boolean isIn(IpAddress address) {
        return reach(address) >= 0;
    }

    /**
     * All that are up, by name, except the tunnel's device.
     *
     * @param eips addresses that are not the node's own
     */
    static List<Attached> all(RunTool tools, Set<IpAddress> eips) throws DatapathException {
        SortedMap<String, List<OwnAddress>> own = OwnAddress.byInterface(tools);
        own.values().forEach(addresses -> addresses.removeIf(one -> eips.contains(one.address())));
        var attached = new ArrayList<Attached>();
        String links = tools.require(DatapathFault.PARENT_INTERFACE, "", "ip", "-o", "link", "show", "up");
        for (List<String> words : links.lines().map(Words::of).toList()) {
            String name = words.size() > 1 ? words.get(1).replaceFirst("(@.*)?:$", "") : "";
            List<OwnAddress> addresses = own.getOrDefault(name, List.of());
            var mac = Words.after(words, "link/ether");
            if (mac.isPresent() && !addresses.isEmpty() && isPlace(name)) {
                attached.add(new Attached(
                        name,
                        Parent.number(words.getFirst()),
                        new MacAddress(mac.get()),
                        sorted(addresses, OwnAddress::address),
                        sorted(addresses, OwnAddress::network)));
            }
        }
        return List.copyOf(attached);
    }

    private static <T extends Comparable<T>> SortedSet<T> sorted(
            List<OwnAddress> addresses, Function<OwnAddress, T> part) {
        return addresses.stream().map(part).collect(Collectors.toCollection(TreeSet::new));
    }

    private static boolean isPlace(String name) {
        return Parent.isName(name) && !name.equals(TunnelDevice.NAME);
    }
}
