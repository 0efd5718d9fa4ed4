package dev.baton.bridge.manifest;

/** A manifest was refused as a whole; the message names document, field, value and what is allowed. */
public final class InvalidManifest extends RuntimeException {
    private static final long serialVersionUID = 1L;

    InvalidManifest(String message) {
        super(message);
    }

    InvalidManifest(String message, Throwable cause) {
        super(message, cause);
    }
}
