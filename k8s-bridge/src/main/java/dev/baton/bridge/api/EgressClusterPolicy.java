package dev.baton.bridge.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Plural;
import io.fabric8.kubernetes.model.annotation.ShortNames;
import io.fabric8.kubernetes.model.annotation.Version;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Which pods, of all namespaces or of those selected, leave with which EIP. */
@Group(EgressApi.GROUP)
@Version(EgressApi.VERSION)
@Plural("egressclusterpolicies")
@ShortNames("egcp")
public final class EgressClusterPolicy extends CustomResource<EgressClusterPolicy.Spec, PolicyStatus> {
    private static final long serialVersionUID = 1L;

    @Override
    protected Spec initSpec() {
        return new Spec("", PolicyEgressIp.DEFAULT, AppliedTo.NONE, List.of(), 0);
    }

    @Override
    protected PolicyStatus initStatus() {
        return PolicyStatus.NONE;
    }

    /** Of the policies that cover a pod's packet, the one with the highest {@code priority} counts. */
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    public record Spec(
            String egressGatewayName,
            PolicyEgressIp egressIP,
            AppliedTo appliedTo,
            List<String> destSubnet,
            long priority) {
        public Spec {
            egressGatewayName = EgressApi.orEmpty(egressGatewayName);
            egressIP = EgressApi.or(egressIP, PolicyEgressIp.DEFAULT);
            appliedTo = EgressApi.or(appliedTo, AppliedTo.NONE);
            destSubnet = EgressApi.orEmpty(destSubnet);
        }
    }

    /** No {@code namespaceSelector} means all namespaces, which an empty object could not say. */
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    public record AppliedTo(
            LabelSelector podSelector,
            List<String> podSubnet,
            @Nullable LabelSelector namespaceSelector) {
        static final AppliedTo NONE = new AppliedTo(new LabelSelector(), List.of(), null);

        public AppliedTo {
            podSelector = EgressApi.or(podSelector, new LabelSelector());
            podSubnet = EgressApi.orEmpty(podSubnet);
        }
    }
}
