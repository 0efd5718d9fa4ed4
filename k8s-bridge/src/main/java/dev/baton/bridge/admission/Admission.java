package dev.baton.bridge.admission;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.baton.bridge.core.InvalidManifest;
import java.util.Optional;

/** Judges requests. Holds nothing but what it was given. */
public final class Admission {
    /** Where the readers think that an object comes from; kubectl's users know. */
    private static final String SOURCE = "kubernetes: ";

    private final Families families;
    private final ClusterObjects cluster;

    public Admission(Families families, ClusterObjects cluster) {
        this.families = families;
        this.cluster = cluster;
    }

    /** Whether the object may be stored, changed or deleted as it is. */
    public Verdict validate(AdmissionRequest request) {
        try {
            check(request);
            return Verdict.ALLOWED;
        } catch (Denial e) {
            return new Verdict.Denied(String.valueOf(e.getMessage()));
        } catch (InvalidManifest e) {
            return new Verdict.Denied(String.valueOf(e.getMessage()).replace(SOURCE, ""));
        }
    }

    private void check(AdmissionRequest request) {
        if (request.operation().equals(AdmissionRequest.DELETE)) {
            if (request.kind().equals("EgressClusterInfo")) {
                throw Denial.of(
                        request,
                        "metadata.name",
                        "cannot be deleted: without it traffic inside the cluster would leave with EIPs; change its"
                                + " spec");
            }
            return;
        }
        Optional<ObjectNode> object = judged(request);
        if (object.isEmpty()) {
            return;
        }
        switch (request.kind()) {
            case "EgressGateway" -> GatewayRules.check(families, cluster, request, object.get());
            case "EgressPolicy", "EgressClusterPolicy" -> PolicyRules.check(cluster, request, object.get());
            default -> {}
        }
    }

    /** What is missing in the object and can be known. */
    public Verdict mutate(AdmissionRequest request) {
        Optional<ObjectNode> object = judged(request);
        if (object.isEmpty()) {
            return Verdict.ALLOWED;
        }
        ArrayNode operations = Defaults.of(cluster, request, object.get());
        return operations.isEmpty() ? Verdict.ALLOWED : new Verdict.Patched(operations);
    }

    /**
     * The object, if it is to be judged: not one that only gets a label or loses a finalizer, and not one on its way out.
     * What was let in once, perhaps while nobody could be asked, must stay usable and go when its user wants it gone.
     */
    private static Optional<ObjectNode> judged(AdmissionRequest request) {
        boolean written = request.operation().equals(AdmissionRequest.CREATE)
                || request.operation().equals(AdmissionRequest.UPDATE);
        return written && !request.leavesSpecAsItIs()
                ? request.object()
                        .filter(object -> object.path("metadata")
                                .path("deletionTimestamp")
                                .asText()
                                .isEmpty())
                : Optional.empty();
    }
}
