package dev.baton.xds.stream;

import dev.baton.xds.resource.ResourceType;
import dev.baton.xds.resource.Resources;
import io.envoyproxy.envoy.config.core.v3.Node;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryResponse;
import io.envoyproxy.envoy.service.discovery.v3.Resource;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** The incremental form: requests and responses say what changes. Envoy's, by choice. */
public final class DeltaWire implements Wire<DeltaDiscoveryRequest, DeltaDiscoveryResponse> {
    private final Conversation conversation = new Conversation(Form.DELTA);
    private final Set<ResourceType> begun = EnumSet.noneOf(ResourceType.class);
    private final Set<ResourceType> all = EnumSet.noneOf(ResourceType.class);

    @Override
    public Optional<Node> node(DeltaDiscoveryRequest request) {
        return request.hasNode() ? Optional.of(request.getNode()) : Optional.empty();
    }

    @Override
    public Optional<Answer> receive(DeltaDiscoveryRequest request) {
        return ResourceType.ofUrl(request.getTypeUrl()).flatMap(type -> receive(type, request));
    }

    private Optional<Answer> receive(ResourceType type, DeltaDiscoveryRequest request) {
        Optional<String> error =
                request.hasErrorDetail() ? Optional.of(request.getErrorDetail().getMessage()) : Optional.empty();
        Optional<Answer> answer =
                Words.nonce(request.getResponseNonce()).flatMap(nonce -> conversation.answer(type, nonce, error));
        var wanted = new TreeSet<>(request.getResourceNamesSubscribeList());
        var unwanted = new TreeSet<>(request.getResourceNamesUnsubscribeList());
        boolean first = begun.add(type);
        if (wanted.remove(Words.ALL) || first && wanted.isEmpty() && type.isListed()) {
            all.add(type);
        }
        if (unwanted.remove(Words.ALL)) {
            all.remove(type);
        }
        var known = new TreeMap<String, Long>();
        if (first) {
            request.getInitialResourceVersionsMap().forEach((name, version) -> known.put(name, Words.version(version)));
        }
        conversation.ask(new Ask(type, all.contains(type), wanted, unwanted, known));
        return answer;
    }

    @Override
    public void show(Resources view) {
        conversation.show(view);
    }

    @Override
    public List<DeltaDiscoveryResponse> due() {
        return conversation.updates().stream().map(DeltaWire::response).toList();
    }

    private static DeltaDiscoveryResponse response(Update update) {
        DeltaDiscoveryResponse.Builder response = DeltaDiscoveryResponse.newBuilder()
                .setTypeUrl(update.type().url())
                .setNonce(Long.toString(update.nonce()))
                .addAllRemovedResources(update.gone());
        update.changed()
                .forEach(changed -> response.addResources(Resource.newBuilder()
                        .setName(changed.name())
                        .setVersion(Long.toString(changed.version()))
                        .setResource(changed.body())));
        return response.build();
    }
}
