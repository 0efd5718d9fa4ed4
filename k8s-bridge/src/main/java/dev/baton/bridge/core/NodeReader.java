package dev.baton.bridge.core;

import dev.baton.contract.NodeDeclared;
import dev.baton.contract.NodeId;
import java.util.Optional;

/** Reads a Node: its labels and Kubernetes' opinion of it. */
final class NodeReader {
    private NodeReader() {}

    /** A node without a Ready condition counts as ready: manifests written by hand have no status. */
    static NodeDeclared read(Document document) {
        Optional<Fields> status = document.root()
                .only("apiVersion", "kind", "metadata", "spec", "status")
                .object("status");
        boolean ready = status.stream()
                .flatMap(fields -> fields.objects("conditions").stream())
                .filter(condition -> condition.text("type").equals(Optional.of("Ready")))
                .allMatch(condition -> condition.text("status").equals(Optional.of("True")));
        return new NodeDeclared(document.root().parsedId(document, NodeId::new), document.labels(), ready);
    }
}
