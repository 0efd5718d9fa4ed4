package dev.baton.xds.stream;

import dev.baton.xds.resource.Resource;
import dev.baton.xds.resource.ResourceType;
import java.util.List;

/**
 * What a client is told in one response.
 *
 * @param nonce by which its answer is known
 * @param changed resources that are new to it, or new in this version
 * @param gone names that it asked for, or had, and that are not there
 * @param held all that it then has of the type
 */
record Update(ResourceType type, long nonce, List<Resource> changed, List<String> gone, List<Resource> held) {
    Update {
        changed = List.copyOf(changed);
        gone = List.copyOf(gone);
        held = List.copyOf(held);
    }
}
