package dev.baton.launcher.up;

import dev.baton.bridge.manifest.Manifest;
import dev.baton.contract.NodeId;
import dev.baton.launcher.Bundled;
import java.util.List;

/** A sample fleet: a gateway, some policies and three nodes. */
public final class Sample {
    /** Its nodes. */
    public static final List<NodeId> NODES = List.of(new NodeId("node1"), new NodeId("node2"), new NodeId("node3"));

    private Sample() {}

    /** Reads the sample in the way of a user's file. */
    public static Manifest read() {
        return Manifest.read("sample.yaml", Bundled.text("sample.yaml"), List.of());
    }
}
