package dev.baton.xds.stream;

import dev.baton.xds.resource.Resource;
import dev.baton.xds.resource.ResourceType;
import dev.baton.xds.resource.Resources;
import io.envoyproxy.envoy.config.core.v3.Node;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryResponse;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** The form of whole states: each request names all that is wanted. The only one that grpc-java speaks. */
public final class SotwWire implements Wire<DiscoveryRequest, DiscoveryResponse> {
    private final Conversation conversation = new Conversation(Form.SOTW);
    private final Map<ResourceType, SortedSet<String>> names = new EnumMap<>(ResourceType.class);
    private final Map<ResourceType, Long> lastNonces = new EnumMap<>(ResourceType.class);
    private final Set<ResourceType> all = EnumSet.noneOf(ResourceType.class);

    @Override
    public Optional<Node> node(DiscoveryRequest request) {
        return request.hasNode() ? Optional.of(request.getNode()) : Optional.empty();
    }

    @Override
    public Optional<Answer> receive(DiscoveryRequest request) {
        return ResourceType.ofUrl(request.getTypeUrl()).flatMap(type -> receive(type, request));
    }

    private Optional<Answer> receive(ResourceType type, DiscoveryRequest request) {
        Optional<String> error =
                request.hasErrorDetail() ? Optional.of(request.getErrorDetail().getMessage()) : Optional.empty();
        Optional<Long> nonce = Words.nonce(request.getResponseNonce());
        Optional<Answer> answer = nonce.flatMap(number -> conversation.answer(type, number, error));
        // It had not seen the newest response yet and will ask again; its answer counts all the same.
        if (nonce.isEmpty() || nonce.equals(Optional.ofNullable(lastNonces.get(type)))) {
            ask(type, new TreeSet<>(request.getResourceNamesList()));
        }
        return answer;
    }

    private void ask(ResourceType type, SortedSet<String> named) {
        boolean first = !names.containsKey(type);
        boolean everything = named.remove(Words.ALL);
        if (everything || named.isEmpty() && type.isListed() && first) {
            all.add(type);
        } else if (!named.isEmpty()) {
            all.remove(type);
        }
        var before = Optional.ofNullable(names.put(type, named)).orElseGet(TreeSet::new);
        var wanted = new TreeSet<>(named);
        wanted.removeAll(before);
        var unwanted = new TreeSet<>(before);
        unwanted.removeAll(named);
        conversation.ask(new Ask(type, all.contains(type), wanted, unwanted, new TreeMap<>()));
    }

    @Override
    public void show(Resources view) {
        conversation.show(view);
    }

    @Override
    public List<DiscoveryResponse> due() {
        return conversation.updates().stream().map(this::response).toList();
    }

    private DiscoveryResponse response(Update update) {
        lastNonces.put(update.type(), update.nonce());
        List<Resource> told = update.type().isListed() ? update.held() : update.changed();
        DiscoveryResponse.Builder response = DiscoveryResponse.newBuilder()
                .setTypeUrl(update.type().url())
                .setNonce(Long.toString(update.nonce()))
                .setVersionInfo(Long.toString(
                        told.stream().mapToLong(Resource::version).max().orElse(0)));
        told.forEach(resource -> response.addResources(resource.body()));
        return response.build();
    }
}
