package dev.baton.datapath;

import dev.baton.contract.DatapathFault;

/** A change to the node failed; the message names what was tried and what the kernel or tool said. */
public final class DatapathException extends Exception {
    private static final long serialVersionUID = 1L;

    private final DatapathFault fault;

    public DatapathException(DatapathFault fault, String message) {
        super(message);
        this.fault = fault;
    }

    public DatapathException(DatapathFault fault, String message, Throwable cause) {
        super(message, cause);
        this.fault = fault;
    }

    public DatapathFault fault() {
        return fault;
    }
}
