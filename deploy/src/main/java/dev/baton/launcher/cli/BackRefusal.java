package dev.baton.launcher.cli;

/** Why EgressGateway would not find something as Baton has it. */
enum BackRefusal {
    /** It is on its way, or nobody holds it: EgressGateway would choose a node, and for {@code rr} another EIP. */
    NOT_HELD,
    /** The gateway's status does not have it there with all its policies: its agents program by that. */
    GATEWAY_STATUS_DIFFERS,
    /** The gateway's status does not call the node Ready: its controller would move the EIP. */
    NODE_NOT_READY,
    /** The policy's own status has another EIP or node: its agents answer for EIPs by that. */
    POLICY_STATUS_DIFFERS,
    /** The policy has no EIP: it would get one there, by chance for {@code rr}. */
    NO_EIP,
    /** It does not read {@code podSubnet}. */
    SELECTS_BY_SUBNET,
    /** The tunnel's status is not what the node has: EgressGateway's agents would send elsewhere. */
    TUNNEL_STATUS_DIFFERS
}
