package dev.baton.bridge.status;

/**
 * An object of the API server, or a part of it that is written separately.
 *
 * @param part the object itself, its status, or its finalizers
 */
public record ObjectKey(String kind, String namespace, String name, Part part) {
    /** Each part is written separately, so that one never delays the other. */
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
