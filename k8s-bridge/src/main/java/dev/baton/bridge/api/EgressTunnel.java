package dev.baton.bridge.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn;
import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn.Type;
import io.fabric8.crdv2.generator.v1.SchemaCustomizer;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Categories;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Plural;
import io.fabric8.kubernetes.model.annotation.ShortNames;
import io.fabric8.kubernetes.model.annotation.Version;
import java.util.List;

/** A node's VXLAN end point; one for each node, of the same name. Everything in it is status. */
@Group(EgressApi.GROUP)
@Version(EgressApi.VERSION)
@Plural("egresstunnels")
@ShortNames("egt")
@Categories("egresstunnel")
@AdditionalPrinterColumn(name = "tunnelMac", type = Type.STRING, jsonPath = ".status.tunnel.mac")
@AdditionalPrinterColumn(name = "tunnelIPv4", type = Type.STRING, jsonPath = ".status.tunnel.ipv4")
@AdditionalPrinterColumn(name = "tunnelIPv6", type = Type.STRING, jsonPath = ".status.tunnel.ipv6")
@AdditionalPrinterColumn(name = "mark", type = Type.STRING, jsonPath = ".status.mark")
@AdditionalPrinterColumn(name = "phase", type = Type.STRING, jsonPath = ".status.phase")
public final class EgressTunnel extends CustomResource<EgressTunnel.Spec, EgressTunnel.Status> {
    private static final long serialVersionUID = 1L;

    @Override
    protected Spec initSpec() {
        return new Spec();
    }

    @Override
    protected Status initStatus() {
        return new Status(TunnelAddress.NONE, "", "", "", List.of());
    }

    /** Empty. */
    public record Spec() {}

    /** {@code lastHeartbeatTime} is RFC 3339 in whole seconds. */
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    @SchemaCustomizer(
            value = Refined.class,
            input = "{properties: {phase: {enum: [Pending, Init, Failed, Ready, HeartbeatTimeout, NodeNotReady]},"
                    + " lastHeartbeatTime: {format: date-time},"
                    + " conditions: {x-kubernetes-list-type: map, x-kubernetes-list-map-keys: [type]}}}")
    public record Status(
            @JsonPropertyDescription("The VXLAN end point's addresses.")
            TunnelAddress tunnel,

            @JsonPropertyDescription("The packets' mark for this node.")
            String mark,

            @JsonPropertyDescription("Ready: may hold EIPs.")
            String phase,

            @JsonPropertyDescription("When it was heard last, some seconds old.")
            String lastHeartbeatTime,

            List<Condition> conditions) {
        public Status {
            tunnel = EgressApi.or(tunnel, TunnelAddress.NONE);
            mark = EgressApi.orEmpty(mark);
            phase = EgressApi.orEmpty(phase);
            lastHeartbeatTime = EgressApi.orEmpty(lastHeartbeatTime);
            conditions = EgressApi.orEmpty(conditions);
        }
    }

    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    public record TunnelAddress(String ipv4, String ipv6, String mac, Parent parent) {
        static final TunnelAddress NONE = new TunnelAddress("", "", "", Parent.NONE);

        public TunnelAddress {
            ipv4 = EgressApi.orEmpty(ipv4);
            ipv6 = EgressApi.orEmpty(ipv6);
            mac = EgressApi.orEmpty(mac);
            parent = EgressApi.or(parent, Parent.NONE);
        }
    }

    /** The interface under the tunnel. */
    // Written even if empty: server-side apply would turn an emptied object into null, which is refused.
    public record Parent(String name, String ipv4, String ipv6) {
        static final Parent NONE = new Parent("", "", "");

        public Parent {
            name = EgressApi.orEmpty(name);
            ipv4 = EgressApi.orEmpty(ipv4);
            ipv6 = EgressApi.orEmpty(ipv6);
        }
    }
}
