package dev.baton.contract;

/**
 * What is carried of a fleet: first {@link ImportBegun}, then its nodes, gateways, policies and EIPs in this order, and
 * at last {@link ImportEnded}.
 */
public sealed interface ImportPart
        permits ImportBegun,
                FleetSnapshot.FleetNode,
                FleetSnapshot.FleetGateway,
                FleetSnapshot.FleetPolicy,
                FleetSnapshot.FleetEip,
                ImportEnded {}
