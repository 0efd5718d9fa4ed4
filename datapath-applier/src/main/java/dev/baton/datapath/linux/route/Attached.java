package dev.baton.datapath.linux.route;

import dev.baton.contract.Cidr;
import dev.baton.contract.DatapathFault;
import dev.baton.contract.IpAddress;
import dev.baton.contract.IpFamily;
import dev.baton.contract.MacAddress;
import dev.baton.datapath.DatapathException;
import dev.baton.datapath.linux.tool.RunTool;
import dev.baton.datapath.linux.tool.Words;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

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
        String shown =
                tools.require(DatapathFault.PARENT_INTERFACE, "", "ip", "-o", "addr", "show", "up", "scope", "global");
        var own = new TreeMap<String, SortedSet<IpAddress>>();
        var networks = new TreeMap<String, SortedSet<Cidr>>();
        for (List<String> words : shown.lines().map(Words::of).toList()) {
            if (words.size() > 3 && isOwn(words.get(3), eips)) {
                String name = words.get(1);
                own.computeIfAbsent(name, _ -> new TreeSet<>()).add(address(words.get(3)));
                networks.computeIfAbsent(name, _ -> new TreeSet<>()).add(Cidr.parse(words.get(3)));
            }
        }
        var attached = new ArrayList<Attached>();
        String links = tools.require(DatapathFault.PARENT_INTERFACE, "", "ip", "-o", "link", "show", "up");
        for (List<String> words : links.lines().map(Words::of).toList()) {
            String name = words.size() > 1 ? words.get(1).replaceFirst("(@.*)?:$", "") : "";
            SortedSet<IpAddress> addresses = own.getOrDefault(name, Collections.emptySortedSet());
            var mac = Words.after(words, "link/ether");
            if (mac.isPresent() && !addresses.isEmpty() && isPlace(name)) {
                attached.add(new Attached(
                        name,
                        Parent.number(words.getFirst()),
                        new MacAddress(mac.get()),
                        addresses,
                        networks.getOrDefault(name, Collections.emptySortedSet())));
            }
        }
        return List.copyOf(attached);
    }

    private static boolean isPlace(String name) {
        return Parent.isName(name) && !name.equals(TunnelDevice.NAME);
    }

    /** A single host's address may be an EIP. */
    private static boolean isOwn(String text, Set<IpAddress> eips) {
        return text.contains("/")
                && !text.endsWith("/" + IpFamily.V4.bits())
                && !text.endsWith("/" + IpFamily.V6.bits())
                && !eips.contains(address(text));
    }

    private static IpAddress address(String text) {
        return IpAddress.parse(text.substring(0, text.indexOf('/')));
    }
}
