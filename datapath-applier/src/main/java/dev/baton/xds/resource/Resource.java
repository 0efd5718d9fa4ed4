package dev.baton.xds.resource;

import com.google.protobuf.Any;
import com.google.protobuf.Message;

/**
 * One resource. The same version means the same content.
 *
 * @param version an offset of the log, or whatever else is the same after a restart
 */
public record Resource(ResourceType type, String name, long version, Any body) {
    public Resource {
        if (name.isEmpty()) {
            throw new IllegalArgumentException("resource of type " + type + ": its name is empty");
        }
    }

    public static Resource of(ResourceType type, String name, long version, Message body) {
        return new Resource(type, name, version, Any.pack(body));
    }
}
