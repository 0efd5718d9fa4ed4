package dev.baton.contract;

/** Why a datapath, or one EIP on it, does not work. Shared by log line, metric, condition and audit. */
public enum DatapathFault {
    NONE,
    /** The VXLAN device is missing or could not be made. */
    TUNNEL_DEVICE,
    /** An address could not be put on, or taken off, the interface. */
    ADDRESS,
    /** A route or a routing rule could not be set. */
    ROUTE,
    /** iptables, ipset or nft refused a change. */
    FIREWALL,
    /** The kernel lease could not be set or read back. */
    LEASE,
    /** The interface under the tunnel is gone or down. */
    PARENT_INTERFACE,
    /** Reserved: nothing reports it. Meant for a change that reads back as something else. */
    READ_BACK,
    /** A tool did not answer within its deadline. */
    TOOL_DEADLINE,
    /** Reserved: nothing reports it. Meant for a change of the node's incarnation in the midst of a change. */
    INCARNATION,
    /** Another machine answers for the EIP's address. */
    ADDRESS_IN_USE
}
