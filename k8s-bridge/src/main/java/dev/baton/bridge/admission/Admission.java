package dev.baton.bridge.admission;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.baton.bridge.manifest.InvalidManifest;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/** Judges requests. Has no state of its own. */
public final class Admission {
    /**
     * The source that the readers name in messages; users of kubectl know where their object comes from, so it is cut
     * off.
     */
    private static final String SOURCE = "kubernetes: ";

    private final Families families;
    private final ClusterObjects cluster;
    private final BooleanSupplier acts;

    public Admission(Families families, ClusterObjects cluster) {
        this(families, cluster, () -> true);
    }

    /** @param acts if not, every request is allowed as it is: another controller's webhook judges these objects */
    public Admission(Families families, ClusterObjects cluster, BooleanSupplier acts) {
        this.families = families;
        this.cluster = cluster;
        this.acts = acts;
    }

    /** Whether the object may be created, changed or deleted. */
    public Verdict validate(AdmissionRequest request) {
        if (!acts.getAsBoolean()) {
            return Verdict.ALLOWED;
        }
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

    /** Fills in the defaults of fields that the object lacks. */
    public Verdict mutate(AdmissionRequest request) {
        Optional<ObjectNode> object = judged(request);
        if (object.isEmpty() || !acts.getAsBoolean()) {
            return Verdict.ALLOWED;
        }
        ArrayNode operations = Defaults.of(cluster, request, object.get());
        return operations.isEmpty() ? Verdict.ALLOWED : new Verdict.Patched(operations);
    }

    /**
     * The object, if it must be judged: not if only its labels or finalizers change, and not if it is being deleted.
     * An object that was stored once, perhaps while the webhook was away, must stay usable and deletable.
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
