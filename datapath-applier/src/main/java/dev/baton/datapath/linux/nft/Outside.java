package dev.baton.datapath.linux.nft;

import dev.baton.contract.IpAddress;
import dev.baton.datapath.core.DesiredState;
import dev.baton.datapath.linux.route.Parent;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Where the node meets the outside.
 *
 * @param interfaces on which EIPs can be, and by which packets with an EIP leave: the fence stands on each
 * @param own those of the EIPs' addresses that are the node's own
 */
public record Outside(SortedSet<String> interfaces, SortedSet<IpAddress> own) {
    static Outside of(DesiredState desired, Parent parent) {
        SortedSet<IpAddress> eips = desired.eipAddresses();
        var own = new TreeSet<IpAddress>();
        eips.stream().filter(parent::owns).forEach(own::add);
        eips.removeAll(own);
        return new Outside(parent.carriers(eips), own);
    }

    /** For an nft rule: one of the interfaces. */
    String anyOf() {
        return interfaces.size() == 1 ? quoted(interfaces.first()) : "{ " + list() + " }";
    }

    /** For an nft rule: one of the interfaces, or of these others. */
    String orAnyOf(String... others) {
        return "{ " + Stream.of(others).map(Outside::quoted).collect(Collectors.joining(", ")) + ", " + list() + " }";
    }

    private String list() {
        return interfaces.stream().map(Outside::quoted).collect(Collectors.joining(", "));
    }

    private static String quoted(String name) {
        return "\"" + Parent.requireName(name) + "\"";
    }
}
