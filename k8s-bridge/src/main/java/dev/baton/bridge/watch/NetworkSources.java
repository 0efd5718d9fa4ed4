package dev.baton.bridge.watch;

import dev.baton.bridge.manifest.KubernetesObjects;
import dev.baton.bridge.state.ClusterNetworks;
import dev.baton.contract.Cidr;
import dev.baton.metrics.Counters;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.networking.v1.ServiceCIDR;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.Informable;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds the cluster's own networks: services from ServiceCIDR objects (Kubernetes 1.33 and later) and from the
 * controller manager's flag, pods from Calico's IP pools. Asks again now and then for kinds that the cluster does not
 * have: Calico may be installed later.
 */
public final class NetworkSources implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(NetworkSources.class);

    private static final long ASK_EVERY_S = 2;
    /** After the first time, asks only in every fifteenth look. */
    private static final int ASK_AGAIN = 15;

    /** Spelled out, so that the client need not ask the API server for its definition. */
    private static final ResourceDefinitionContext CALICO_POOLS = new ResourceDefinitionContext.Builder()
            .withGroup("crd.projectcalico.org")
            .withVersion("v1")
            .withKind("IPPool")
            .withPlural("ippools")
            .withNamespaced(false)
            .build();

    private static final String RANGE_FLAG = "--service-cluster-ip-range=";
    private static final String FLAG_SOURCE = "kube-controller-manager";

    private final KubernetesClient client;
    private final Loop loop;
    private final ClusterNetworks networks;
    private final Counters counters;
    private final RateLimitedLog problems = new RateLimitedLog();
    private final Informable<GenericKubernetesResource> pools;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(work -> {
        var thread = new Thread(work, "bridge-networks");
        thread.setDaemon(true);
        return thread;
    });

    private volatile boolean asked;
    private final Informers services;
    private final Informers calico;
    private int rests;
    private boolean servicesWatched;
    private boolean calicoWatched;

    public NetworkSources(ApiServer api, Loop loop, ClusterNetworks networks) {
        this.client = api.once();
        this.loop = loop;
        this.networks = networks;
        this.counters = api.counters();
        this.services = new Informers(api, loop);
        this.calico = new Informers(api, loop);
        this.pools = api.client().genericKubernetesResources(CALICO_POOLS).inAnyNamespace();
    }

    public void start() {
        timer.scheduleWithFixedDelay(this::ask, 0, ASK_EVERY_S, TimeUnit.SECONDS);
    }

    public void look() {
        services.look();
        calico.look();
    }

    /** While networks are not known, policies would take traffic inside the cluster. */
    public boolean haveSynced() {
        return asked && services.haveSynced() && calico.haveSynced();
    }

    private void ask() {
        if (asked && ++rests % ASK_AGAIN != 0) {
            return;
        }
        try {
            if (!servicesWatched && isServed("networking.k8s.io/v1", "servicecidrs")) {
                servicesWatched = true;
                services.watch(
                        ServiceCIDR.class,
                        new Informers.Sink<>(
                                "ServiceCIDR",
                                range -> put(range.getMetadata().getName(), range),
                                range -> loop.post(() -> networks.removeServices(
                                        range.getMetadata().getName()))));
                services.start();
            }
            if (!calicoWatched && isServed("crd.projectcalico.org/v1", CALICO_POOLS.getPlural())) {
                calicoWatched = true;
                calico.watch(
                        CALICO_POOLS.getPlural(),
                        pools,
                        new Informers.Sink<GenericKubernetesResource>(
                                "IPPool",
                                this::seenPool,
                                pool -> loop.post(() -> networks.removeCalicoPool(
                                        pool.getMetadata().getName()))),
                        UnaryOperator.identity());
                calico.start();
            }
            asked = true;
        } catch (KubernetesClientException e) {
            counters.add("baton_bridge_discovery_failures_total", "code", ApiResponses.code(e));
            if (problems.isDue(ApiResponses.code(e))) {
                log.warn("event=networks_not_found reason=\"{}\"", e.getMessage());
            }
        } catch (RuntimeException e) {
            // An exception thrown here would end the schedule for ever.
            log.error("event=networks_not_found", e);
        }
    }

    private boolean isServed(String version, String plural) {
        var resources = client.getApiResources(version);
        return resources != null
                && resources.getResources().stream()
                        .anyMatch(resource -> resource.getName().equals(plural));
    }

    private void put(String name, ServiceCIDR range) {
        Set<Cidr> cidrs = cidrs(range.getSpec().getCidrs().stream());
        loop.post(() -> networks.putServices(name, cidrs));
    }

    private void seenPool(GenericKubernetesResource pool) {
        Object spec = pool.getAdditionalProperties().get("spec");
        Object cidr = spec instanceof Map<?, ?> fields ? fields.get("cidr") : null;
        String name = pool.getMetadata().getName();
        Set<Cidr> cidrs = cidrs(Stream.ofNullable(cidr).map(Object::toString));
        loop.post(() -> networks.putCalicoPool(name, cidrs));
    }

    /** Clusters older than ServiceCIDR: the flag of a controller manager that runs as a pod. */
    public void seen(Pod pod) {
        Map<String, String> labels = KubernetesObjects.labels(pod);
        boolean managers = FLAG_SOURCE.equals(labels.get("component")) || FLAG_SOURCE.equals(labels.get("k8s-app"));
        if (!managers || pod.getSpec().getContainers().isEmpty()) {
            return;
        }
        Container container = pod.getSpec().getContainers().getFirst();
        Set<Cidr> cidrs = cidrs(Stream.concat(container.getCommand().stream(), container.getArgs().stream())
                .filter(word -> word.startsWith(RANGE_FLAG))
                .flatMap(word -> List.of(word.substring(RANGE_FLAG.length()).split(",")).stream()));
        if (!cidrs.isEmpty()) {
            loop.post(() -> networks.putServices(FLAG_SOURCE, cidrs));
        }
    }

    private static Set<Cidr> cidrs(Stream<String> texts) {
        var cidrs = new TreeSet<Cidr>();
        texts.forEach(text -> KubernetesObjects.cidr(text.strip()).ifPresent(cidrs::add));
        return cidrs;
    }

    @Override
    public void close() {
        timer.shutdownNow();
        services.close();
        calico.close();
    }
}
