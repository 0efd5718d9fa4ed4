package dev.baton.bridge.core;

/**
 * An object of the API server, or a part of it that is written by itself.
 *
 * @param part what of it: its status, the object, its finalizer
 */
public record ObjectKey(String kind, String namespace, String name, Part part) {
    /** Parts are written apart, so that one never holds up the other. */
    public enum Part {
        OBJECT,
        STATUS,
        FINALIZER
    }

    @Override
    public String toString() {
        return kind + "/" + (namespace.isEmpty() ? "" : namespace + "/") + name;
    }
}
