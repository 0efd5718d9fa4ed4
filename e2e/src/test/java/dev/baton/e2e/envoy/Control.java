package dev.baton.e2e.envoy;

import dev.baton.e2e.Eventually;
import dev.baton.xds.AdsServer;
import dev.baton.xds.Answers;
import dev.baton.xds.Client;
import dev.baton.xds.render.Bind;
import dev.baton.xds.render.ClientKind;
import dev.baton.xds.render.Exposed;
import dev.baton.xds.render.Rendering.Rendered;
import dev.baton.xds.render.Views;
import dev.baton.xds.resource.ResourceType;
import dev.baton.xds.resource.Resources;
import dev.baton.xds.stream.Answer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** An xDS server with one view, which remembers what it is answered. */
final class Control implements AutoCloseable {
    private final Recorded answers = new Recorded();
    private final AdsServer<String> server = new AdsServer<>(Client::cluster, answers);

    /** For an Envoy. */
    static Resources view(Exposed... exposed) {
        return Views.forEnvoy(rendered(ClientKind.ENVOY, exposed), new Bind("127.0.0.1", 0));
    }

    static Resources grpcView(Exposed... exposed) {
        return Views.forGrpc(rendered(ClientKind.GRPC, exposed));
    }

    private static List<Rendered> rendered(ClientKind kind, Exposed... exposed) {
        return Arrays.stream(exposed).map(one -> TestRoutes.rendered(one, kind)).toList();
    }

    Control(int port, Resources view) throws IOException {
        show(view);
        server.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    }

    void show(Resources view) {
        server.show("edge", view);
    }

    int port() {
        return server.port();
    }

    List<Answer> answers() {
        return answers.all();
    }

    /** Those that have ever asked. */
    List<Client> clients() {
        return answers.clients();
    }

    List<Answer> refusals() {
        return answers().stream().filter(answer -> answer.error().isPresent()).toList();
    }

    boolean isUsed(ResourceType type, String name, long version) {
        return answers().stream()
                .anyMatch(answer -> answer.error().isEmpty()
                        && answer.type() == type
                        && Long.valueOf(version).equals(answer.versions().get(name)));
    }

    void waitUntilUsed(String cluster, long version) {
        Eventually.holds(
                Eventually.LONG,
                "version " + version + " of " + cluster + " is in use",
                () -> isUsed(ResourceType.ENDPOINTS, cluster, version));
    }

    @Override
    public void close() {
        server.close();
    }

    private static final class Recorded implements Answers {
        private final List<Answer> all = new ArrayList<>();
        private final List<Client> clients = new ArrayList<>();

        @Override
        public synchronized void seen(Client client) {
            clients.add(client);
        }

        @Override
        public void gone(Client client) {}

        @Override
        public synchronized void answered(Client client, Answer answer) {
            all.add(answer);
        }

        synchronized List<Client> clients() {
            return List.copyOf(clients);
        }

        synchronized List<Answer> all() {
            return List.copyOf(all);
        }
    }
}
