package dev.baton.bridge.gate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import dev.baton.bridge.api.EgressGateway;
import dev.baton.bridge.api.EgressTunnel;
import dev.baton.bridge.watch.ApiServer;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A server that counts what comes, and every way in which a client can write. */
class WriteGateTest {
    private static final Duration LIMIT = Duration.ofSeconds(5);

    private final List<String> come = new CopyOnWriteArrayList<>();

    @SuppressWarnings("NullAway.Init")
    private HttpServer server;

    @SuppressWarnings("NullAway.Init")
    private ApiServer api;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            come.add(
                    exchange.getRequestMethod() + " " + exchange.getRequestURI().getPath());
            byte[] found =
                    "{\"metadata\": {\"name\": \"x\", \"resourceVersion\": \"1\"}}".getBytes(StandardCharsets.UTF_8);
            boolean read = exchange.getRequestMethod().equals("GET");
            exchange.sendResponseHeaders(read ? 200 : 404, read ? found.length : -1);
            if (read) {
                exchange.getResponseBody().write(found);
            }
            exchange.close();
        });
        server.start();
        Config config = new ConfigBuilder(Config.empty())
                .withMasterUrl("http://127.0.0.1:" + server.getAddress().getPort())
                .build();
        api = ApiServer.reach(config, LIMIT, LIMIT);
        api.gate().belongsTo("baton");
    }

    @AfterEach
    void stop() {
        api.close();
        server.stop(0);
    }

    private static <T extends HasMetadata> T named(T object, String name) {
        object.getMetadata().setName(name);
        return object;
    }

    private static ConfigMap map(String namespace, String name) {
        return new ConfigMapBuilder()
                .withNewMetadata()
                .withNamespace(namespace)
                .withName(name)
                .endMetadata()
                .build();
    }

    private static List<Consumer<KubernetesClient>> writes() {
        var writes = new ArrayList<Consumer<KubernetesClient>>();
        for (HasMetadata object : List.of(
                named(new EgressTunnel(), "node1"),
                named(new EgressGateway(), "egw1"),
                map("baton", "another"),
                map("others", WriteGate.REPORT))) {
            writes.add(client -> client.resource(object).create());
            writes.add(client -> client.resource(object).update());
            writes.add(client -> client.resource(object).delete());
            writes.add(client -> client.resource(object).patch(PatchContext.of(PatchType.JSON_MERGE), "{}"));
            writes.add(client -> client.resource(object).fieldManager("x").serverSideApply());
        }
        writes.add(client -> client.resource(named(new EgressTunnel(), "node1"))
                .subresource("status")
                .patch("{}"));
        writes.add(client -> client.resources(EgressTunnel.class).delete());
        return writes;
    }

    @Test
    void nothingIsSentWhileItIsClosed() {
        for (KubernetesClient client : List.of(api.client(), api.once())) {
            for (Consumer<KubernetesClient> write : writes()) {
                RuntimeException held = assertThrows(RuntimeException.class, () -> write.accept(client));
                assertTrue(isHeld(held), held::toString);
            }
        }
        // Deleting all of a kind may list them first.
        assertEquals(
                List.of(),
                come.stream().filter(line -> !line.startsWith("GET ")).toList());
    }

    /** The writers look for this type. */
    @Test
    void aWriterSeesWhyItWasHeld() {
        WriteHeld held = assertThrows(
                WriteHeld.class,
                () -> api.once().resource(named(new EgressTunnel(), "node1")).delete());
        assertTrue(String.valueOf(held.getMessage()).contains("egresstunnels/node1 is held back"), held::toString);
    }

    private static boolean isHeld(Throwable thrown) {
        return thrown instanceof WriteHeld || thrown.getCause() != null && isHeld(thrown.getCause());
    }

    @Test
    void everythingIsSentWhileItIsOpen() {
        api.gate().open(Duration.ofMinutes(1));
        for (Consumer<KubernetesClient> write : writes()) {
            int before = come.size();
            try {
                write.accept(api.once());
            } catch (KubernetesClientException e) {
                assertEquals(404, e.getCode());
            }
            assertTrue(come.size() > before);
        }
        assertTrue(come.stream().anyMatch(line -> line.startsWith("PATCH ") && line.endsWith("/egresstunnels/node1")));
    }

    @Test
    void readingAndWhatIsOnesOwnPassAlways() {
        api.gate().close(Hold.OBSERVE_MODE);
        KubernetesClient client = api.once();
        client.resources(EgressTunnel.class).withName("node1").get();
        var lease = new LeaseBuilder()
                .withNewMetadata()
                .withNamespace("baton")
                .withName("baton-bridge")
                .endMetadata()
                .build();
        assertThrows(
                KubernetesClientException.class, () -> client.resource(lease).create());
        assertThrows(
                KubernetesClientException.class,
                () -> client.resource(map("baton", WriteGate.REPORT))
                        .fieldManager("x")
                        .serverSideApply());
        assertEquals(3, come.size());
    }

    @Test
    void itClosesByItselfWhenTheReasonIsTooOld() {
        var gate = new WriteGate();
        assertEquals(Optional.of(Hold.NOT_KNOWN_YET), gate.hold());
        gate.open(Duration.ofMinutes(1));
        assertTrue(gate.isOpen());
        gate.open(Duration.ZERO);
        assertEquals(Optional.of(Hold.NOT_KNOWN_YET), gate.hold());
        gate.belongsTo("baton");
        assertFalse(gate.lets("EgressTunnel", ""));
        assertFalse(gate.lets("EgressPolicy", "baton"));
        assertTrue(gate.lets("ConfigMap", "baton"));
    }
}
