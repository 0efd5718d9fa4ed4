package dev.baton.launcher.up;

import dev.baton.bridge.core.Manifest;
import dev.baton.contract.EndpointEntry;
import dev.baton.contract.NodeId;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A gateway, some policies and three nodes, to see Baton at work without writing anything first. */
public final class Sample {
    /** Its nodes. */
    public static final List<NodeId> NODES = List.of(new NodeId("node1"), new NodeId("node2"), new NodeId("node3"));

    private Sample() {}

    /** Reads it as a user's file is read. */
    public static Manifest read() {
        try (InputStream yaml = Sample.class.getResourceAsStream("/baton/sample.yaml")) {
            if (yaml == null) {
                throw new IllegalStateException("baton/sample.yaml is not on the class path");
            }
            String text = new String(yaml.readAllBytes(), StandardCharsets.UTF_8);
            return Manifest.read("sample.yaml", text, List.of());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static List<EndpointEntry> endpoints(Manifest sample) {
        var entries = new ArrayList<EndpointEntry>(sample.slices());
        sample.clusterCidrs().ifPresent(entries::add);
        return entries;
    }
}
