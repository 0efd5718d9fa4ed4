package dev.baton.contract;

import java.time.Duration;

/**
 * Everything that changes a decision and is not declared by a user's manifest. An observation itself: else an old log
 * could not be decided again.
 *
 * @param ackTimeout log time an agent has to acknowledge an assignment before it is quarantined for that EIP
 * @param quarantine log time for which a node that failed an EIP is no candidate for it, while others are
 * @param maxFailPercent moves of a gateway wait when more than this share of its nodes is silent at once; 100 = never
 *     earlier than all
 * @param tunnelIpv4Subnet tunnel addresses are taken from here
 * @param tunnelIpv6Subnet tunnel addresses are taken from here
 */
public record Settings(
        Timings timings,
        Duration ackTimeout,
        Duration quarantine,
        int maxFailPercent,
        OnNoGateway onNoGateway,
        FailsafeMode failsafe,
        Cidr tunnelIpv4Subnet,
        Cidr tunnelIpv6Subnet) {
    public static final Settings DEFAULT = new Settings(
            Timings.DEFAULT,
            Duration.ofSeconds(2),
            Duration.ofSeconds(10),
            100,
            OnNoGateway.DROP,
            FailsafeMode.OFF,
            Cidr.parse("172.31.0.0/16"),
            Cidr.parse("fd11::/112"));

    public Settings {
        if (maxFailPercent < 1 || maxFailPercent > 100) {
            throw new IllegalArgumentException("maxFailPercent=" + maxFailPercent + " is not within 1..100");
        }
        if (!ackTimeout.isPositive() || !quarantine.isPositive()) {
            throw new IllegalArgumentException("ackTimeout=" + ackTimeout.toMillis() + "ms and quarantine="
                    + quarantine.toMillis() + "ms must be positive");
        }
        if (tunnelIpv4Subnet.family() != IpFamily.V4 || tunnelIpv4Subnet.prefix() > 30) {
            throw new IllegalArgumentException(
                    "tunnelIpv4Subnet=" + tunnelIpv4Subnet + " is not an IPv4 CIDR up to /30");
        }
        if (tunnelIpv6Subnet.family() != IpFamily.V6 || tunnelIpv6Subnet.prefix() > 126) {
            throw new IllegalArgumentException(
                    "tunnelIpv6Subnet=" + tunnelIpv6Subnet + " is not an IPv6 CIDR up to /126");
        }
    }

    public Settings withTimings(Timings changed) {
        return new Settings(
                changed,
                ackTimeout,
                quarantine,
                maxFailPercent,
                onNoGateway,
                failsafe,
                tunnelIpv4Subnet,
                tunnelIpv6Subnet);
    }

    public Settings withMaxFailPercent(int changed) {
        return new Settings(
                timings, ackTimeout, quarantine, changed, onNoGateway, failsafe, tunnelIpv4Subnet, tunnelIpv6Subnet);
    }

    public Settings withTunnelSubnets(Cidr ipv4, Cidr ipv6) {
        return new Settings(timings, ackTimeout, quarantine, maxFailPercent, onNoGateway, failsafe, ipv4, ipv6);
    }
}
