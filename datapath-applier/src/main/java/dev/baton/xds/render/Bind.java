package dev.baton.xds.render;

/** Where a proxy accepts connections. */
public record Bind(String address, int port) {
    private static final int LAST_PORT = 65_535;

    public Bind {
        if (!Addresses.isLiteral(address)) {
            throw new IllegalArgumentException("bind: \"" + address + "\" is not an IP address");
        }
        if (port < 0 || port > LAST_PORT) {
            throw new IllegalArgumentException("bind: port " + port + " is not one; allowed are 0 to " + LAST_PORT);
        }
    }
}
