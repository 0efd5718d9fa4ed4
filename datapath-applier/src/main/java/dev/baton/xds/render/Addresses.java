package dev.baton.xds.render;

import io.envoyproxy.envoy.config.core.v3.Address;
import io.envoyproxy.envoy.config.core.v3.SocketAddress;
import java.net.Inet6Address;
import java.util.regex.Pattern;

/** IP addresses, as opposed to names. */
final class Addresses {
    private static final String BYTE = "(25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)";
    private static final Pattern DOTTED = Pattern.compile(BYTE + "(\\." + BYTE + "){3}");

    private Addresses() {}

    /** Nothing is looked up. */
    static boolean isLiteral(String host) {
        if (host.indexOf(':') < 0) {
            return DOTTED.matcher(host).matches();
        }
        try {
            Inet6Address.ofLiteral(host);
            return host.indexOf('%') < 0 && host.indexOf('[') < 0;
        } catch (IllegalArgumentException _) {
            return false;
        }
    }

    static Address of(String host, int port) {
        return Address.newBuilder()
                .setSocketAddress(SocketAddress.newBuilder().setAddress(host).setPortValue(port))
                .build();
    }
}
