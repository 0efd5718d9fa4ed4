package dev.baton.datapath.linux.route;

import dev.baton.contract.DatapathFault;
import dev.baton.contract.DatapathMode;
import dev.baton.contract.IpAddress;
import dev.baton.contract.IpFamily;
import dev.baton.contract.MacAddress;
import dev.baton.contract.ParentInterface;
import dev.baton.datapath.DatapathException;
import dev.baton.datapath.linux.tool.RunTool;
import dev.baton.datapath.linux.tool.Words;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The interface under the tunnel. It carries the EIPs that no other interface is in the network of.
 *
 * @param named the interfaces of EIPs that an operator has named one for
 * @param attached all the node's interfaces that can carry EIPs, this one among them
 */
public record Parent(
        ParentInterface shape,
        int index,
        MacAddress mac,
        boolean ipv6Enabled,
        List<Attached> attached,
        SortedMap<IpAddress, String> named) {
    /** What the kernel takes as an interface name, less everything that a tool could read as syntax. */
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.-]{0,14}");

    /**
     * @param named empty: the interface of the default route
     * @param eips addresses on the interface that are not the node's own
     */
    public static Parent find(Optional<String> named, RunTool tools, Set<IpAddress> eips) throws DatapathException {
        String name = named.isPresent() ? named.get() : byDefaultRoute(tools);
        var link = tools.run("", "ip", "-o", "link", "show", "dev", name);
        if (!link.succeeded() || !link.output().contains("link/ether")) {
            throw new DatapathException(
                    DatapathFault.PARENT_INTERFACE, "parent interface " + name + " is missing or not Ethernet");
        }
        if (!flags(link.output()).contains("UP")) {
            throw new DatapathException(DatapathFault.PARENT_INTERFACE, "parent interface " + name + " is down");
        }
        List<String> words = Words.of(link.output());
        int index = number(words.getFirst());
        var mac = new MacAddress(Words.after(words, "link/ether").orElseThrow());
        String addresses = tools.require(
                DatapathFault.PARENT_INTERFACE, "", "ip", "-o", "addr", "show", "dev", name, "scope", "global");
        List<Attached> attached = Attached.all(tools, eips);
        var shape = new ParentInterface(name, first(addresses, IpFamily.V4, eips), first(addresses, IpFamily.V6, eips))
                .withNetworks(
                        sorted(attached, one -> one.networks().stream()), sorted(attached, one -> Stream.of(one.mac())))
                .withMode(DatapathMode.ACTS);
        if (shape.ipv4().isEmpty() && shape.ipv6().isEmpty()) {
            throw new DatapathException(
                    DatapathFault.PARENT_INTERFACE, "parent interface " + name + " has no address of its own");
        }
        var disabled = tools.run("", "sysctl", "-n", "net.ipv6.conf." + name.replace('.', '/') + ".disable_ipv6");
        return new Parent(
                shape, index, mac, disabled.output().strip().equals("0"), attached, Collections.emptySortedMap());
    }

    private static <T extends Comparable<T>> List<T> sorted(
            List<Attached> attached, Function<Attached, Stream<T>> part) {
        return attached.stream().flatMap(part).distinct().sorted().toList();
    }

    /** The same interface, with other names for EIPs. */
    public Parent naming(SortedMap<IpAddress, String> names) {
        return new Parent(shape, index, mac, ipv6Enabled, attached, names);
    }

    /**
     * The interface on which an EIP's address lives: the one that is named, one in whose network it is, or this
     * one.
     */
    public Attached carrier(IpAddress address) {
        String name = named.get(address);
        if (name != null) {
            return attached(name).orElseGet(this::itself);
        }
        Attached best = itself();
        for (Attached other : attached) {
            if (other.reach(address) > best.reach(address)) {
                best = other;
            }
        }
        return best;
    }

    private Optional<Attached> attached(String name) {
        return attached.stream().filter(one -> one.name().equals(name)).findFirst();
    }

    /** @throws DatapathException if the interface that is named for one of these cannot carry it */
    public void requireNamed(Collection<IpAddress> addresses) throws DatapathException {
        for (IpAddress address : addresses) {
            String name = named.get(address);
            if (name != null && attached(name).isEmpty()) {
                throw new DatapathException(
                        DatapathFault.PARENT_INTERFACE,
                        "interface " + name + ", which is named for EIP " + address
                                + ", is not up with an address of the node's own");
            }
        }
    }

    /** The names of the interfaces on which these addresses live, and of this one. */
    public SortedSet<String> carriers(Collection<IpAddress> eips) {
        var names = new TreeSet<>(List.of(name()));
        eips.forEach(address -> names.add(carrier(address).name()));
        return names;
    }

    /** Whether the address is the node's own, on any interface. */
    public boolean owns(IpAddress address) {
        return shape.has(address)
                || attached.stream().anyMatch(one -> one.addresses().contains(address));
    }

    /** This interface among all that can carry EIPs. */
    public Attached itself() {
        return attached.stream()
                .filter(one -> one.index() == index)
                .findFirst()
                .orElseGet(() -> new Attached(
                        name(), index, mac, new TreeSet<>(shape.addresses()), Collections.emptySortedSet()));
    }

    /** The first word of a line about a link: {@code 7:}. */
    static int number(String word) throws DatapathException {
        if (!word.matches("[0-9]{1,9}:")) {
            throw new DatapathException(DatapathFault.PARENT_INTERFACE, "ip says of the link: " + word);
        }
        return Integer.parseInt(word.substring(0, word.length() - 1));
    }

    /** Whether tools can be given this name: the kernel allows almost any character in it. */
    public static boolean isName(String name) {
        return NAME.matcher(name).matches();
    }

    /** @throws IllegalArgumentException unless this can be an interface's name */
    public static String requireName(String name) {
        if (!isName(name)) {
            throw new IllegalArgumentException("interface: \"" + name
                    + "\" is not an interface name; allowed are letters, digits, '_', '.', '-', at most 15");
        }
        return name;
    }

    public String name() {
        return shape.name();
    }

    private static String byDefaultRoute(RunTool tools) throws DatapathException {
        for (String family : List.of("-4", "-6")) {
            var routes = tools.run("", "ip", "-o", family, "route", "show", "default");
            var name = Words.after(Words.of(routes.output()), "dev");
            if (name.isPresent()) {
                return requireName(name.get());
            }
        }
        throw new DatapathException(
                DatapathFault.PARENT_INTERFACE, "no default route: name the parent interface in the settings");
    }

    /** The first address that is the node's own: not a single host's, as EIPs are, and no EIP. */
    private static Optional<IpAddress> first(String lines, IpFamily family, Set<IpAddress> eips) {
        String word = family == IpFamily.V4 ? "inet" : "inet6";
        String single = "/" + family.bits();
        return lines.lines()
                .flatMap(line -> Words.after(Words.of(line), word).stream())
                .filter(address -> !address.endsWith(single))
                .map(address -> IpAddress.parse(address.substring(0, Math.max(0, address.indexOf('/')))))
                .filter(address -> !eips.contains(address))
                .findFirst();
    }

    static List<String> flags(String link) {
        int from = link.indexOf('<');
        int to = link.indexOf('>');
        return from < 0 || to < from
                ? List.of()
                : Arrays.asList(link.substring(from + 1, to).split(","));
    }
}
