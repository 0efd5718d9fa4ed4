package dev.baton.contract.mesh;

import java.util.Comparator;

/**
 * What a proxy connects to.
 *
 * @param host an IP address, or a name that proxies and probers resolve
 */
public record EndpointAddress(String host, int port) implements Comparable<EndpointAddress> {
    private static final int LAST_PORT = 65_535;
    private static final Comparator<EndpointAddress> ORDER =
            Comparator.comparing(EndpointAddress::host).thenComparingInt(EndpointAddress::port);

    public EndpointAddress {
        if (host.isEmpty()) {
            throw new IllegalArgumentException("endpoint: its host is empty; an IP address or a name is wanted");
        }
        if (port < 1 || port > LAST_PORT) {
            throw new IllegalArgumentException(
                    "endpoint " + host + ": port " + port + " is not one; allowed are 1 to " + LAST_PORT);
        }
    }

    @Override
    public int compareTo(EndpointAddress other) {
        return ORDER.compare(this, other);
    }

    @Override
    public String toString() {
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    }
}
