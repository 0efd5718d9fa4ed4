package dev.baton.contract.wire;

import org.apache.kafka.common.errors.RetriableException;

/** The keeper of the schemas does not answer; the record may be fine. To be tried again, never skipped. */
public final class SchemasUnavailable extends RetriableException {
    private static final long serialVersionUID = 1;

    public SchemasUnavailable(String message, Throwable cause) {
        super(message, cause);
    }
}
