package dev.baton.bridge.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.io.Serializable;
import java.util.List;

/** One pod of a slice. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record SliceEndpoint(String ns, String pod, List<String> ipv4, List<String> ipv6, String node)
        implements Serializable {
    public SliceEndpoint {
        ns = EgressApi.orEmpty(ns);
        pod = EgressApi.orEmpty(pod);
        ipv4 = EgressApi.orEmpty(ipv4);
        ipv6 = EgressApi.orEmpty(ipv6);
        node = EgressApi.orEmpty(node);
    }
}
