package dev.baton.datapath;

import dev.baton.contract.DatapathFault;
import dev.baton.contract.IpAddress;
import dev.baton.contract.MacAddress;
import java.util.Optional;

/** A change to the node failed; the message names what was tried and what the kernel or tool said. */
public final class DatapathException extends Exception {
    private static final long serialVersionUID = 1L;

    private final DatapathFault fault;
    private final Optional<MacAddress> owner;

    public DatapathException(DatapathFault fault, String message) {
        super(message);
        this.fault = fault;
        this.owner = Optional.empty();
    }

    /** Another machine answers for the address of an EIP. */
    public DatapathException(IpAddress address, MacAddress owner) {
        super(address + " is in use by " + owner);
        this.fault = DatapathFault.ADDRESS_IN_USE;
        this.owner = Optional.of(owner);
    }

    public DatapathException(DatapathFault fault, String message, Throwable cause) {
        super(message, cause);
        this.fault = fault;
        this.owner = Optional.empty();
    }

    public DatapathFault fault() {
        return fault;
    }

    /** The machine that has the address of an EIP already; empty: that is not what failed. */
    public Optional<MacAddress> owner() {
        return owner;
    }
}
