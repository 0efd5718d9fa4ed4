package dev.baton.launcher.bridge;

import dev.baton.bridge.Bridge;
import dev.baton.bridge.BridgeConfig;
import dev.baton.contract.wire.WireCodec;
import dev.baton.launcher.Connection;
import dev.baton.launcher.Origins;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
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
            "Start several; one leads, the others take over within the lease."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  baton bridge --bootstrap kafka-0:9092                      in a pod, with its service account",
            "  baton bridge --kubeconfig ~/.kube/config --namespace baton from outside"
        })
public final class BridgeCommand implements Callable<Integer> {
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

    @Override
    public Integer call() throws InterruptedException {
        var config = new BridgeConfig(
                identity.orElseGet(BridgeCommand::hostName), namespace, statusWritesPerSecond, heartbeatRefresh, lease);
        Origins.print(spec, spec.commandLine().getOut());
        KubernetesClient client = client();
        WireCodec codec = connection.codec();
        var bridge = new Bridge(client, new KafkaFleetLog(connection.client(), codec, connection.fleet()), config);
        Runtime.getRuntime().addShutdownHook(new Thread(bridge::close, "bridge-close"));
        bridge.start();
        spec.commandLine().getOut().println("bridge started api=" + client.getMasterUrl());
        spec.commandLine().getOut().flush();
        new CountDownLatch(1).await();
        return 0;
    }

    private KubernetesClient client() {
        Config config = kubeconfig
                .map(file -> Config.fromKubeconfig(file.toFile()))
                .orElseGet(() -> Config.autoConfigure(null));
        // What fails is compared and written anew by the bridge; the client should say so soon.
        return new KubernetesClientBuilder()
                .withConfig(new ConfigBuilder(config)
                        .withConnectionTimeout(5_000)
                        .withRequestTimeout(10_000)
                        .withRequestRetryBackoffLimit(1)
                        .withWatchReconnectInterval(500)
                        .build())
                .build();
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
