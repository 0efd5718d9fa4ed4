package dev.baton.bridge.watch;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.baton.metrics.Counters;
import io.fabric8.kubernetes.api.model.ListOptions;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.NamespaceList;
import io.fabric8.kubernetes.api.model.NamespaceListBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.dsl.Informable;
import io.fabric8.kubernetes.client.dsl.internal.AbstractWatchManager;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.fabric8.kubernetes.client.informers.impl.DefaultSharedIndexInformer;
import io.fabric8.kubernetes.client.informers.impl.ListerWatcher;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Everything runs on the test's thread: what an informer reports waits until the test lets it go on. */
class WatchedTest {
    private final Server server = new Server();
    private final List<String> told = new ArrayList<>();
    private final Loop loop = new Loop(() -> {});
    private boolean refused;

    private final Watched<Namespace> watched = new Watched<>(
            server,
            new Informers.Sink<>(
                    "Namespace",
                    object -> told.add("seen " + object.getMetadata().getName()),
                    object -> told.add("gone " + object.getMetadata().getName())),
            UnaryOperator.identity(),
            this::takeRefused,
            new Counters(),
            loop,
            new RateLimitedLog());

    @AfterEach
    void stop() {
        watched.stop();
    }

    private boolean takeRefused() {
        boolean now = refused;
        refused = false;
        return now;
    }

    private void begin(String... names) {
        for (String name : names) {
            server.put(name);
        }
        watched.start();
        server.goOn();
        told.clear();
    }

    private void restart() {
        refused = true;
        watched.look();
    }

    @Test
    void whatIsDeletedWhileNothingIsWatchedIsFoundByTheNewList() {
        begin("old", "young");
        server.remove("old");
        restart();
        server.goOn();
        watched.look();
        assertEquals(List.of("seen young", "gone old"), told);
    }

    @Test
    void aDeletionThatTheOldInformerHadNotDeliveredIsNotLost() {
        begin("old", "young");
        server.delete("old");
        restart();
        server.goOn();
        watched.look();
        assertEquals(List.of("seen young", "gone old"), told);
    }

    @Test
    void aDeletionIsNotLostIfTheNextInformerIsStoppedBeforeItHasAList() {
        begin("old", "young");
        server.delete("old");
        server.isSilent = true;
        restart();
        server.isSilent = false;
        watched.restart();
        server.goOn();
        watched.look();
        assertEquals(List.of("seen young", "gone old"), told);
    }

    @Test
    void anObjectThatIsMadeAgainStays() {
        begin("old");
        server.delete("old");
        server.put("old");
        restart();
        server.goOn();
        watched.look();
        assertEquals(List.of("seen old"), told);
    }

    /** Lists what it holds; its watches report what a test says. */
    private static final class Server implements Informable<Namespace>, ListerWatcher<Namespace, NamespaceList> {
        private final Map<String, Namespace> objects = new TreeMap<>();
        private final Queue<Runnable> waiting = new ArrayDeque<>();
        private Optional<Watcher<Namespace>> watcher = Optional.empty();
        private int version;
        private boolean isSilent;

        void put(String name) {
            version++;
            objects.put(
                    name,
                    new NamespaceBuilder()
                            .withNewMetadata()
                            .withName(name)
                            .withUid("uid-" + version)
                            .withResourceVersion(Integer.toString(version))
                            .endMetadata()
                            .build());
        }

        Optional<Namespace> remove(String name) {
            version++;
            return Optional.ofNullable(objects.remove(name));
        }

        /** Deletes it, and the watch says so. */
        void delete(String name) {
            Namespace deleted = remove(name).orElseThrow();
            watcher.orElseThrow().eventReceived(Watcher.Action.DELETED, deleted);
        }

        void goOn() {
            for (Runnable next = waiting.poll(); next != null; next = waiting.poll()) {
                next.run();
            }
        }

        @Override
        public CompletableFuture<NamespaceList> submitList(ListOptions options) {
            if (isSilent) {
                return new CompletableFuture<>();
            }
            return CompletableFuture.completedFuture(new NamespaceListBuilder()
                    .withItems(List.copyOf(objects.values()))
                    .withNewMetadata()
                    .withResourceVersion(Integer.toString(version))
                    .endMetadata()
                    .build());
        }

        @Override
        public CompletableFuture<AbstractWatchManager<Namespace>> submitWatch(
                ListOptions options, Watcher<Namespace> to) {
            watcher = Optional.of(to);
            return new CompletableFuture<>();
        }

        @Override
        public Long getLimit() {
            return 500L;
        }

        @Override
        public int getWatchReconnectInterval() {
            return 1_000;
        }

        @Override
        public String getApiEndpointPath() {
            return "/api/v1/namespaces";
        }

        @Override
        public Config getConfig() {
            return new ConfigBuilder(Config.empty()).build();
        }

        @Override
        public SharedIndexInformer<Namespace> runnableInformer(long resync) {
            return new DefaultSharedIndexInformer<>(Namespace.class, this, resync, waiting::add);
        }

        @Override
        public Informable<Namespace> withLimit(Long limit) {
            return this;
        }

        @Override
        public Informable<Namespace> withIndexers(Map<String, Function<Namespace, List<String>>> indexers) {
            throw new UnsupportedOperationException();
        }

        @Override
        public SharedIndexInformer<Namespace> inform(ResourceEventHandler<? super Namespace> handler, long resync) {
            throw new UnsupportedOperationException();
        }

        @Override
        public CompletableFuture<List<Namespace>> informOnCondition(Predicate<List<Namespace>> condition) {
            throw new UnsupportedOperationException();
        }
    }
}
