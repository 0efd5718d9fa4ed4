package dev.baton.launcher.up;

import dev.baton.bridge.core.Manifest;
import dev.baton.contract.NodeId;
import dev.baton.launcher.Bundled;
import java.util.List;

/** A gateway, some policies and three nodes, to see Baton at work without writing anything first. */
public final class Sample {
    /** Its nodes. */
    public static final List<NodeId> NODES = List.of(new NodeId("node1"), new NodeId("node2"), new NodeId("node3"));

    private Sample() {}

    /** Reads it as a user's file is read. */
    public static Manifest read() {
        return Manifest.read("sample.yaml", Bundled.text("sample.yaml"), List.of());
    }
}
