package dev.baton.launcher.bridge;

import dev.baton.bridge.Bridge;
import dev.baton.bridge.BridgeConfig;
import dev.baton.bridge.Cleanup;
import dev.baton.bridge.Mode;
import dev.baton.bridge.UnknownPods;
import dev.baton.bridge.admission.Families;
import dev.baton.bridge.admission.LiveObjects;
import dev.baton.bridge.admission.Webhook;
import dev.baton.bridge.watch.ApiServer;
import dev.baton.contract.wire.WireCodec;
import dev.baton.launcher.Connection;
import dev.baton.launcher.Metrics;
import dev.baton.launcher.Origins;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** A bridge between one Kubernetes cluster and its fleet. */
@Command(
        name = "bridge",
        mixinStandardHelpOptions = true,
        defaultValueProvider = Origins.class,
        description = {
            "Declares what Kubernetes wants (gateways, policies, nodes, pods) and shows in the same objects what the",
            "coordinator decided. Nothing of it is in the data path: EIPs move without it.",
            "Start several; one leads, the others take over within the lease. Beside EgressGateway: --mode observe."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  baton bridge --bootstrap kafka-0:9092                      in a pod, with its service account",
            "  baton bridge --kubeconfig ~/.kube/config                   from outside",
            "  baton bridge --cleanup                                     before Baton is deleted"
        })
public final class BridgeCommand implements Callable<Integer> {
    private static final Duration CLEANUP_LIMIT = Duration.ofSeconds(60);
    private static final Duration WEBHOOK_PAUSE = Duration.ofSeconds(2);

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Mixin
    private final Connection connection = new Connection();

    @Option(
            names = "--kubeconfig",
            paramLabel = "FILE",
            description = "How to reach the API server (default: the pod's service account, or kubectl's file).")
    private Optional<Path> kubeconfig = Optional.empty();

    @Option(
            names = "--namespace",
            paramLabel = "NAME",
            defaultValue = "baton",
            description = "Of the Lease by which replicas elect a leader (default: ${DEFAULT-VALUE}).")
    private String namespace = "baton";

    @Option(
            names = "--identity",
            paramLabel = "NAME",
            description = "Tells this replica from the others (default: the host's name).")
    private Optional<String> identity = Optional.empty();

    @Option(
            names = "--status-writes-per-second",
            paramLabel = "COUNT",
            defaultValue = "" + BridgeConfig.STATUS_WRITES_PER_SECOND,
            description = "Most writes to the API server a second (default: ${DEFAULT-VALUE}).")
    private int statusWritesPerSecond = BridgeConfig.STATUS_WRITES_PER_SECOND;

    @Option(
            names = "--heartbeat-refresh",
            paramLabel = "DURATION",
            defaultValue = "30s",
            description = "How old lastHeartbeatTime may become (default: ${DEFAULT-VALUE}).")
    private Duration heartbeatRefresh = BridgeConfig.HEARTBEAT_REFRESH;

    @Option(
            names = "--lease",
            paramLabel = "DURATION",
            defaultValue = "10s",
            description = "After which another replica takes over from one that is gone (default: ${DEFAULT-VALUE}).")
    private Duration lease = BridgeConfig.LEASE_DURATION;

    @Option(
            names = "--mode",
            paramLabel = "MODE",
            defaultValue = "active",
            description = "active = shows in the objects what was decided, unless EgressGateway's controller lives;"
                    + " observe = changes nothing and writes a report, for beside EgressGateway (default:"
                    + " ${DEFAULT-VALUE}).")
    private Mode mode = Mode.ACTIVE;

    @Option(
            names = "--unknown-pods",
            paramLabel = "WHAT",
            defaultValue = "off",
            description = "What becomes of pods' packets to the outside until it is known whether a policy selects the"
                + " pod. off = they leave with their node's address; hold = the pod's node keeps them for as long as"
                + " its agent's --unknown-pods-wait at most (default: ${DEFAULT-VALUE}).")
    private UnknownPods unknownPods = UnknownPods.OFF;

    @Option(
            names = "--webhook-port",
            paramLabel = "PORT",
            defaultValue = "0",
            description = "Where every replica answers the API server's admission requests; 0 = it does not, and what"
                    + " admission would have refused is refused in a condition (default: ${DEFAULT-VALUE}).")
    private int webhookPort;

    @Option(
            names = "--enable-ipv4",
            paramLabel = "BOOLEAN",
            defaultValue = "true",
            arity = "1",
            description = "Whether gateways may have IPv4 pools (default: ${DEFAULT-VALUE}).")
    private boolean ipv4 = true;

    @Option(
            names = "--enable-ipv6",
            paramLabel = "BOOLEAN",
            defaultValue = "true",
            arity = "1",
            description = "Whether gateways may have IPv6 pools (default: ${DEFAULT-VALUE}).")
    private boolean ipv6 = true;

    @Mixin
    private final Metrics metrics = new Metrics();

    @Option(
            names = "--cleanup",
            description = "Removes from the cluster what bridges made, before Baton is deleted, and ends. Gateways and"
                    + " policies stay.")
    private boolean cleanup;

    @Override
    public Integer call() throws InterruptedException, IOException {
        var config = new BridgeConfig(
                identity.orElseGet(BridgeCommand::hostName),
                namespace,
                statusWritesPerSecond,
                heartbeatRefresh,
                lease,
                mode,
                unknownPods);
        Origins.print(spec, spec.commandLine().getOut());
        ApiServer api = api();
        KubernetesClient client = api.client();
        if (cleanup) {
            api.gate().openForGood();
            new Cleanup(client, namespace, CLEANUP_LIMIT, InstantSource.system(), mode).run();
            spec.commandLine().getOut().println("cleaned up namespace=" + namespace);
            return 0;
        }
        WireCodec codec = connection.codec();
        var bridge = new Bridge(api, new KafkaFleetLog(connection.client(), codec, connection.fleet()), config);
        Runtime.getRuntime().addShutdownHook(new Thread(bridge::close, "bridge-close"));
        bridge.start();
        metrics.serve(bridge.counters());
        if (webhookPort != 0) {
            Thread.ofPlatform().daemon().name("webhook-start").start(() -> serveAdmission(api.once(), bridge));
        }
        spec.commandLine().getOut().println("bridge started api=" + client.getMasterUrl());
        spec.commandLine().getOut().flush();
        new CountDownLatch(1).await();
        return 0;
    }

    /** Retried until the API server answers, because the key is kept there. */
    private void serveAdmission(KubernetesClient client, Bridge bridge) {
        var options = new Webhook.Options(
                new InetSocketAddress(webhookPort),
                namespace,
                Webhook.Options.serviceNames("baton-bridge", namespace),
                new Families(ipv4, ipv6),
                Webhook.Options.LOOK_EVERY);
        Webhook webhook = null;
        while (webhook == null) {
            try {
                webhook = Webhook.start(
                        client, options, new LiveObjects(client), standing(bridge), InstantSource.system());
            } catch (IOException | GeneralSecurityException | RuntimeException e) {
                spec.commandLine().getErr().println("webhook not started yet: " + e.getMessage());
                spec.commandLine().getErr().flush();
                pause();
            }
        }
        Runtime.getRuntime().addShutdownHook(new Thread(webhook::close, "webhook-close"));
    }

    private static Webhook.Standing standing(Bridge bridge) {
        return new Webhook.Standing() {
            @Override
            public boolean ready() {
                return bridge.isSynced();
            }

            @Override
            public boolean acts() {
                return bridge.acts();
            }
        };
    }

    private static void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(WEBHOOK_PAUSE.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private ApiServer api() {
        Config config = kubeconfig
                .map(file -> Config.fromKubeconfig(file.toFile()))
                .orElseGet(() -> Config.autoConfigure(null));
        return ApiServer.reach(config, ApiServer.CONNECT_LIMIT, ApiServer.REQUEST_LIMIT);
    }

    private static String hostName() {
        try {
            return InetAddress.getLocalHost().getHostName() + "-"
                    + ProcessHandle.current().pid();
        } catch (UnknownHostException e) {
            return "bridge-" + ProcessHandle.current().pid();
        }
    }
}
