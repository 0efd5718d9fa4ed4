package dev.baton.contract;

import java.util.List;

/**
 * The addresses that the cluster itself uses: none of them can be an EIP. Each list is sorted and merged, so that equal
 * knowledge is an equal declaration.
 *
 * @param services networks of the services' addresses
 * @param pods networks of the pods' addresses
 * @param nodes the nodes' own addresses
 */
public record ClusterNetworksDeclared(List<Cidr> services, List<Cidr> pods, List<Cidr> nodes) implements Declaration {
    public ClusterNetworksDeclared {
        services = Cidr.merged(services);
        pods = Cidr.merged(pods);
        nodes = Cidr.merged(nodes);
    }
}
