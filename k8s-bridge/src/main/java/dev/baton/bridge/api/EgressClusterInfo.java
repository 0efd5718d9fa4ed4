package dev.baton.bridge.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.crdv2.generator.v1.SchemaCustomizer;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Size;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Categories;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Plural;
import io.fabric8.kubernetes.model.annotation.ShortNames;
import io.fabric8.kubernetes.model.annotation.Version;
import java.util.List;
import java.util.Map;

/** Destinations inside the cluster; there is one, named {@code default}. */
@Group(EgressApi.GROUP)
@Version(EgressApi.VERSION)
@Plural("egressclusterinfos")
@ShortNames("egci")
@Categories("egressclusterinfo")
public final class EgressClusterInfo extends CustomResource<EgressClusterInfo.Spec, EgressClusterInfo.Status> {
    private static final long serialVersionUID = 1L;

    @Override
    protected Spec initSpec() {
        return new Spec(AutoDetect.DEFAULT, List.of());
    }

    @Override
    protected Status initStatus() {
        return new Status(Map.of(), Addresses.NONE, Map.of(), List.of(), "", List.of());
    }

    @SchemaCustomizer(value = Refined.class, input = Cel.EXTRA_CIDRS)
    public record Spec(
            @JsonPropertyDescription("What is found out.")
            @Default("{\"podCidrMode\": \"auto\", \"clusterIP\": true, \"nodeIP\": true}")
            AutoDetect autoDetect,

            @JsonPropertyDescription("Further destinations inside the cluster: networks like 10.20.0.0/16.")
            @Size(max = 1000)
            List<String> extraCidr) {
        public Spec {
            autoDetect = EgressApi.or(autoDetect, AutoDetect.DEFAULT);
            extraCidr = EgressApi.orEmpty(extraCidr);
        }
    }

    /** What is detected instead of listed. */
    @SchemaCustomizer(value = Refined.class, input = "{properties: {podCidrMode: {enum: [auto, k8s, calico, '']}}}")
    public record AutoDetect(
            @JsonPropertyDescription(
                    "Where pods' networks are read: k8s, calico, auto for either, or empty for nowhere.")
            @Default("auto")
            String podCidrMode,

            @JsonPropertyDescription("Whether services' networks count.") @Default("true")
            boolean clusterIP,

            @JsonPropertyDescription("Whether nodes' addresses count.") @Default("true")
            boolean nodeIP) {
        static final AutoDetect DEFAULT = new AutoDetect("auto", true, true);

        public AutoDetect {
            podCidrMode = EgressApi.orEmpty(podCidrMode);
        }
    }

    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    @SchemaCustomizer(
            value = Refined.class,
            input = "{properties: {conditions: {x-kubernetes-list-type: map, x-kubernetes-list-map-keys: [type]}}}")
    public record Status(
            Map<String, Addresses> nodeIP,
            Addresses clusterIP,
            Map<String, Addresses> podCIDR,
            List<String> extraCidr,
            String podCidrMode,
            List<Condition> conditions) {
        public Status {
            nodeIP = EgressApi.orEmpty(nodeIP);
            clusterIP = EgressApi.or(clusterIP, Addresses.NONE);
            podCIDR = EgressApi.orEmpty(podCIDR);
            extraCidr = EgressApi.orEmpty(extraCidr);
            podCidrMode = EgressApi.orEmpty(podCidrMode);
            conditions = EgressApi.orEmpty(conditions);
        }

        public Status withConditions(List<Condition> all) {
            return new Status(nodeIP, clusterIP, podCIDR, extraCidr, podCidrMode, all);
        }
    }

    /**
     * Addresses or networks of both families. Written even if empty: server-side apply would turn an emptied object
     * into null.
     */
    public record Addresses(List<String> ipv4, List<String> ipv6) {
        static final Addresses NONE = new Addresses(List.of(), List.of());

        public Addresses {
            ipv4 = EgressApi.orEmpty(ipv4);
            ipv6 = EgressApi.orEmpty(ipv6);
        }
    }
}
