package dev.baton.contract;

import java.util.Optional;

/**
 * A gateway as its user wants it.
 *
 * @param clusterDefault whether policies that name no gateway use this one
 * @param ipv4Default the EIP for policies with {@code allocatorPolicy: default}
 */
public record GatewayDeclared(
        GatewayId gateway,
        boolean clusterDefault,
        Pool ipv4Pool,
        Pool ipv6Pool,
        Optional<IpAddress> ipv4Default,
        Optional<IpAddress> ipv6Default,
        LabelSelector nodeSelector)
        implements Declaration {}
