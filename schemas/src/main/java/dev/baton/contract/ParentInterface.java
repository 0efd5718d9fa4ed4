package dev.baton.contract;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The interface that carries a node's tunnel, and its addresses there. */
public record ParentInterface(String name, Optional<IpAddress> ipv4, Optional<IpAddress> ipv6) {
    /** Its one or two addresses, IPv4 first. */
    public List<IpAddress> addresses() {
        return Stream.of(ipv4, ipv6).flatMap(Optional::stream).toList();
    }

    public boolean has(IpAddress address) {
        return addresses().contains(address);
    }

    /** Whether they have an address in common: if not, nothing shows that they belong to one machine. */
    public boolean meets(ParentInterface other) {
        return addresses().stream().anyMatch(other::has);
    }
}
