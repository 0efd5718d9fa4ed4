package dev.baton.bridge.manifest;

import dev.baton.bridge.api.EgressApi;
import dev.baton.contract.NodeDeclared;
import dev.baton.contract.NodeId;
import java.util.Optional;

/** Reads a Node: its labels, whether Kubernetes holds it for ready, and whether it is cordoned or drained. */
final class NodeReader {
    private NodeReader() {}

    /** A node without a Ready condition counts as ready: manifests written by hand have no status. */
    static NodeDeclared read(Document document) {
        Fields root = document.root().only("apiVersion", "kind", "metadata", "spec", "status");
        Optional<Fields> status = root.object("status");
        boolean ready = status.stream()
                .flatMap(fields -> fields.objects("conditions").stream())
                .filter(condition -> condition.text("type").equals(Optional.of("Ready")))
                .allMatch(condition -> condition.text("status").equals(Optional.of("True")));
        return new NodeDeclared(
                root.parsedId(document, NodeId::new), document.labels(), ready, isCordoned(root) || isDrained(root));
    }

    private static boolean isCordoned(Fields root) {
        return root.object("spec")
                .map(spec -> spec.flag("unschedulable", false))
                .orElse(false);
    }

    private static boolean isDrained(Fields root) {
        Optional<String> value = Optional.ofNullable(
                root.requiredObject("metadata").labels("annotations").get(EgressApi.DRAIN_ANNOTATION));
        return value.isPresent() && !value.get().equals("false");
    }
}
