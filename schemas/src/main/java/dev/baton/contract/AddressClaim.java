package dev.baton.contract;

/**
 * A machine that is none of the fleet's says that it has an address which the node holds.
 *
 * @param owner its Ethernet address
 */
public record AddressClaim(IpAddress address, MacAddress owner) {}
