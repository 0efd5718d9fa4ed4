package dev.baton.bridge.api;

import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Categories;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Plural;
import io.fabric8.kubernetes.model.annotation.ShortNames;
import io.fabric8.kubernetes.model.annotation.Version;
import java.util.List;

/** Some of the pods of an EgressPolicy. */
@Group(EgressApi.GROUP)
@Version(EgressApi.VERSION)
@Plural("egressendpointslices")
@ShortNames("egep")
@Categories("egressendpointslice")
public final class EgressEndpointSlice extends CustomResource<Void, Void> implements Namespaced {
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
