package dev.baton.bridge.api;

import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Categories;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Plural;
import io.fabric8.kubernetes.model.annotation.ShortNames;
import io.fabric8.kubernetes.model.annotation.Version;
import java.util.List;

/** Some of the pods of an EgressClusterPolicy. */
@Group(EgressApi.GROUP)
@Version(EgressApi.VERSION)
@Plural("egressclusterendpointslices")
@ShortNames("egcep")
@Categories("egressclusterendpointslice")
public final class EgressClusterEndpointSlice extends CustomResource<Void, Void> {
    private static final long serialVersionUID = 1L;

    @SuppressWarnings("serial") // the list is immutable and its items are serializable
    private List<SliceEndpoint> endpoints = List.of();

    public List<SliceEndpoint> getEndpoints() {
        return endpoints;
    }

    public void setEndpoints(List<SliceEndpoint> endpoints) {
        this.endpoints = EgressApi.orEmpty(endpoints);
    }
}
