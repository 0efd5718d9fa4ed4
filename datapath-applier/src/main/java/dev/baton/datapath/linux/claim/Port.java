package dev.baton.datapath.linux.claim;

import dev.baton.contract.MacAddress;
import dev.baton.datapath.linux.route.Attached;

/**
 * Where an address is, or is to be: an Ethernet interface of this node.
 *
 * @param index the kernel's number of it
 */
public record Port(int index, MacAddress mac) {
    public static Port of(Attached carrier) {
        return new Port(carrier.index(), carrier.mac());
    }
}
