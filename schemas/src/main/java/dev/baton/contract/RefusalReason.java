package dev.baton.contract;

/** Why a declaration was refused. */
public enum RefusalReason {
    SELECTOR_EMPTY,
    DEFAULT_OUTSIDE_POOL,
    POOL_SIZES_DIFFER,
    POOL_OVERLAPS_GATEWAY,
    SECOND_CLUSTER_DEFAULT,
    ALLOCATED_ADDRESS_REMOVED,
    GATEWAY_UNKNOWN,
    GATEWAY_IN_USE,
    GATEWAY_WITHOUT_POOL,
    NO_DEFAULT_GATEWAY,
    ADDRESS_OUTSIDE_POOL,
    ADDRESS_PAIRED_OTHERWISE,
    NODE_ADDRESS_WITH_EIP,
    FIELD_IMMUTABLE,
    PODS_NOT_SELECTED,
    PODS_SELECTED_TWICE,
    POLICY_UNKNOWN,
    NODE_UNKNOWN,
    EIP_UNKNOWN,
    TARGET_NOT_ELIGIBLE,
    ALREADY_THERE,
    MOVE_IN_PROGRESS,
    SUBNET_IN_USE,
    ADDRESS_RESERVED,
    ADDRESS_OF_CLUSTER,
    ADDRESS_OF_NODE,
    /** The fleet decides nothing now: it is carried to another log, or from one. */
    FLEET_SEALED,
    /** What is imported needs a log in which nothing was declared yet. */
    FLEET_NOT_EMPTY,
    /** A part of what is imported is missing. */
    IMPORT_INCOMPLETE,
    /** The log is at these rules, or at newer ones. */
    RULES_ONLY_RISE,
    /** An agent does not know these rules, or what is declared needs newer rules than those in force. */
    RULES_NOT_KNOWN,
    /** The same, where it is found before anything is declared. */
    RULES_TOO_OLD,
    /** The policy uses another gateway. */
    POLICY_OF_ANOTHER_GATEWAY,
    /** The policy itself asks for another EIP. */
    POLICY_ASKS_OTHERWISE,
    /** Another line of the same declaration has the address or the policy already. */
    ADOPTED_TWICE,
    /** As many EIPs are allocated as there are marks. */
    MARKS_EXHAUSTED,
    MARK_OUT_OF_RANGE,
    TUNNEL_OUTSIDE_SUBNET,
    /** Another node's tunnel has it. */
    TUNNEL_IN_USE,
    MALFORMED
}
