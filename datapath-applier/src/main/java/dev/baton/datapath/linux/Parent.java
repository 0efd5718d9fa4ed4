package dev.baton.datapath.linux;

import dev.baton.contract.DatapathFault;
import dev.baton.contract.IpAddress;
import dev.baton.contract.IpFamily;
import dev.baton.contract.MacAddress;
import dev.baton.contract.ParentInterface;
import dev.baton.datapath.DatapathException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The interface under the tunnel, on which EIPs live and where the fence stands. */
record Parent(ParentInterface shape, int index, MacAddress mac, boolean ipv6Enabled) {

    static Parent find(LinuxOptions options, OneShot tools, Set<IpAddress> eips) throws DatapathException {
        Optional<String> named = options.parent();
        String name = named.isPresent() ? named.get() : byDefaultRoute(tools);
        var link = tools.run("", "ip", "-o", "link", "show", "dev", name);
        if (!link.succeeded() || !link.output().contains("link/ether")) {
            throw new DatapathException(
                    DatapathFault.PARENT_INTERFACE, "parent interface " + name + " is missing or not Ethernet");
        }
        if (!flags(link.output()).contains("UP")) {
            throw new DatapathException(DatapathFault.PARENT_INTERFACE, "parent interface " + name + " is down");
        }
        List<String> words = words(link.output());
        int index = number(words.getFirst());
        var mac = new MacAddress(Route.after(words, "link/ether").orElseThrow());
        String addresses = tools.require(
                DatapathFault.PARENT_INTERFACE, "", "ip", "-o", "addr", "show", "dev", name, "scope", "global");
        var shape = new ParentInterface(name, first(addresses, IpFamily.V4, eips), first(addresses, IpFamily.V6, eips));
        if (shape.ipv4().isEmpty() && shape.ipv6().isEmpty()) {
            throw new DatapathException(
                    DatapathFault.PARENT_INTERFACE, "parent interface " + name + " has no address of its own");
        }
        var disabled = tools.run("", "sysctl", "-n", "net.ipv6.conf." + name.replace('.', '/') + ".disable_ipv6");
        return new Parent(shape, index, mac, disabled.output().strip().equals("0"));
    }

    /** The first word of a line about a link: {@code 7:}. */
    private static int number(String word) throws DatapathException {
        if (!word.matches("[0-9]{1,9}:")) {
            throw new DatapathException(DatapathFault.PARENT_INTERFACE, "ip says of the link: " + word);
        }
        return Integer.parseInt(word.substring(0, word.length() - 1));
    }

    String name() {
        return shape.name();
    }

    private static String byDefaultRoute(OneShot tools) throws DatapathException {
        for (String family : List.of("-4", "-6")) {
            var routes = tools.run("", "ip", "-o", family, "route", "show", "default");
            var name = Route.after(words(routes.output()), "dev");
            if (name.isPresent()) {
                return LinuxOptions.requireInterface(name.get());
            }
        }
        throw new DatapathException(
                DatapathFault.PARENT_INTERFACE, "no default route: name the parent interface in the settings");
    }

    /** A node's own address is neither a host route's nor an EIP's. */
    private static Optional<IpAddress> first(String lines, IpFamily family, Set<IpAddress> eips) {
        String word = family == IpFamily.V4 ? "inet" : "inet6";
        String single = "/" + family.bits();
        return lines.lines()
                .flatMap(line -> Route.after(words(line), word).stream())
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

    static List<String> words(String line) {
        return Arrays.asList(line.strip().split("\\s+"));
    }
}
