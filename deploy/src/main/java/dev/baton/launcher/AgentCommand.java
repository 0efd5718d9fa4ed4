package dev.baton.launcher;

import dev.baton.agent.Agent;
import dev.baton.agent.AgentConfig;
import dev.baton.agent.AgentConfig.DatapathKind;
import dev.baton.agent.AgentConfig.FenceKind;
import dev.baton.agent.AgentConfig.OnStop;
import dev.baton.agent.ReadyFile;
import dev.baton.contract.FailsafeMode;
import dev.baton.contract.GatewayId;
import dev.baton.contract.NodeId;
import dev.baton.contract.ParentInterface;
import dev.baton.contract.wire.WireCodec;
import dev.baton.datapath.Datapath;
import dev.baton.datapath.DatapathException;
import dev.baton.datapath.linux.LinuxDatapath;
import dev.baton.datapath.linux.LinuxOptions;
import dev.baton.datapath.linux.fence.FenceForm;
import dev.baton.datapath.linux.nft.TrafficForm;
import dev.baton.datapath.linux.route.NamedInterfaces;
import dev.baton.datapath.record.RecordDatapath;
import dev.baton.heartbeat.RunDirectory;
import dev.baton.launcher.jvm.QuietCollector;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The node's agent: heartbeats, lease and datapath in one process. */
@Command(
        name = "agent",
        mixinStandardHelpOptions = true,
        defaultValueProvider = Origins.class,
        description = "Runs a node's agent: says that the node lives and programs what the assignments say.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  baton agent --bootstrap kafka-0:9092 --node node1 --datapath linux",
            "  baton agent --node node1 --datapath linux --cleanup   remove everything that Baton made here"
        })
final class AgentCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Mixin
    private final Connection connection = new Connection();

    @Mixin
    private final TimingOptions timings = new TimingOptions();

    @Option(names = "--node", required = true, paramLabel = "NAME", description = "This node's Kubernetes name.")
    private String node = "";

    @Option(
            names = "--datapath",
            defaultValue = "record",
            paramLabel = "KIND",
            description = "record = write down what would be done; linux = do it, by nft; iptables = do it, by"
                    + " iptables and ipset with the names and places that EgressGateway gives (default:"
                    + " ${DEFAULT-VALUE}).")
    private DatapathKind datapath = DatapathKind.RECORD;

    @Option(
            names = "--run-dir",
            defaultValue = "/run/baton",
            paramLabel = "DIR",
            description = "Outlives the process, not the machine (default: ${DEFAULT-VALUE}).")
    private Path runDirectory = Path.of("/run/baton");

    @Option(
            names = "--parent",
            paramLabel = "INTERFACE",
            description = "Carries the tunnel (default: the interface of the default route).")
    private Optional<String> parent = Optional.empty();

    @Option(
            names = "--eip-interfaces",
            split = ",",
            paramLabel = "GATEWAY=INTERFACE",
            description =
                    "Where a gateway's EIPs are to live (default: on the interface in whose network each is, or on"
                            + " that of the tunnel).")
    private Map<String, String> eipInterfaces = Map.of();

    @Option(
            names = "--fence",
            defaultValue = "auto",
            paramLabel = "FORM",
            description = "What enforces the lease: netdev = at the interfaces (Linux 5.16), inet = in the kernel's IP"
                    + " and ARP, for older ones; auto = the first that the kernel takes (default: ${DEFAULT-VALUE}).")
    private FenceKind fence = FenceKind.AUTO;

    @Option(
            names = "--stop",
            defaultValue = "leave",
            paramLabel = "HOW",
            description = "On SIGTERM: leave = have the EIPs moved away first; stay = another process goes on within"
                    + " the lease, as in an upgrade; handover = keeps them until EgressGateway's agent has programmed"
                    + " the node, then takes away what is Baton's (default: ${DEFAULT-VALUE}).")
    private OnStop stop = OnStop.LEAVE;

    @Option(
            names = "--drain-limit",
            defaultValue = "20s",
            paramLabel = "DURATION",
            description = "How long leaving may take (default: ${DEFAULT-VALUE}).")
    private Duration drainLimit = Duration.ofSeconds(20);

    @Option(
            names = "--failsafe",
            defaultValue = "off",
            paramLabel = "MODE",
            description = "off: a holder that cannot reach the log lets go in time. peers is not there yet"
                    + " (default: ${DEFAULT-VALUE}).")
    private FailsafeMode failsafe = FailsafeMode.OFF;

    @Option(
            names = "--unknown-pods-wait",
            defaultValue = "5s",
            paramLabel = "DURATION",
            description =
                    "Where a bridge runs with --unknown-pods hold: how long a pod is kept from the outside at most,"
                            + " until it is known whether a policy selects it; 0s = not at all (default:"
                            + " ${DEFAULT-VALUE}).")
    private Duration unknownPodsWait = AgentConfig.UNKNOWN_PODS_WAIT;

    @Mixin
    private final Metrics metrics = new Metrics();

    @Option(names = "--cleanup", description = "Removes everything that Baton made on this node, and ends.")
    private boolean cleanup;

    @Option(
            names = "--idle",
            description = "After --cleanup, stays until it is ended: for a DaemonSet, whose containers may not end.")
    private boolean idle;

    @Override
    public Integer call() throws IOException, DatapathException, InterruptedException {
        var config = new AgentConfig(
                new NodeId(node),
                connection.fleet(),
                connection.bootstrap(),
                datapath,
                runDirectory,
                parent,
                interfaces(),
                fence,
                timings.timings(),
                stop,
                drainLimit,
                failsafe,
                unknownPodsWait,
                Map.of());
        Origins.print(spec, spec.commandLine().getOut());
        Files.createDirectories(runDirectory);
        if (cleanup) {
            try (Datapath here = open(config)) {
                here.cleanup();
            }
            spec.commandLine().getOut().println("cleaned up node=" + node);
            spec.commandLine().getOut().flush();
            if (idle) {
                idle(config);
            }
            return 0;
        }
        WireCodec codec = connection.codec();
        Thread.ofPlatform().daemon().name("broker-safety").start(this::warn);
        QuietCollector.watch();
        Agent agent = Agent.start(config, open(config), codec);
        Runtime.getRuntime().addShutdownHook(new Thread(agent::close, "agent-close"));
        spec.commandLine().getOut().println("agent started node=" + node);
        spec.commandLine().getOut().flush();
        metrics.serve(agent.counters());
        agent.awaitEnd();
        // After a signal the shutdown hook decides the status; an agent that ends by itself has failed.
        return 1;
    }

    private Map<GatewayId, String> interfaces() {
        var byGateway = new HashMap<GatewayId, String>();
        eipInterfaces.forEach((gateway, name) -> byGateway.put(new GatewayId(gateway), name));
        return byGateway;
    }

    /** Shows the pod as Ready, as an agent does: its node is clean. */
    private static void idle(AgentConfig config) throws IOException, InterruptedException {
        var ended = new CountDownLatch(1); // ended only by a signal
        try (var run = RunDirectory.open(config.runDirectory(), config.node())) {
            var ready = new ReadyFile(run.path(), config.node());
            do {
                ready.show(true, System.nanoTime());
            } while (!ended.await(1, TimeUnit.SECONDS));
        }
    }

    /** Runs beside the agent's start, which must not wait for Kafka. */
    private void warn() {
        try {
            BrokerSafety.of(connection.client())
                    .warnings()
                    .forEach(warning -> spec.commandLine().getErr().println("warning: " + warning));
        } catch (IllegalStateException e) {
            spec.commandLine().getErr().println("warning: how safe the brokers are is not known: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        spec.commandLine().getErr().flush();
    }

    private Datapath open(AgentConfig config) {
        return switch (config.datapath()) {
            case RECORD ->
                new RecordDatapath(
                        config.runDirectory().resolve("datapath.log"), parent(config), InstantSource.system());
            case LINUX -> linux(config, TrafficForm.NFT, "iproute2 nftables procps");
            case IPTABLES -> linux(config, TrafficForm.IPTABLES, "iproute2 nftables procps iptables ipset");
        };
    }

    /**
     * Looked up as an agent that acts does, without changing anything: nodes whose agents act already then send to this
     * one what EgressGateway still does here.
     */
    private static ParentInterface parent(AgentConfig config) {
        try {
            return LinuxDatapath.findParent(config.parentInterface());
        } catch (DatapathException e) {
            return new ParentInterface(config.parentInterface().orElse("record0"), Optional.empty(), Optional.empty());
        }
    }

    private Datapath linux(AgentConfig config, TrafficForm form, String packages) {
        List<String> missing = LinuxDatapath.missingTools(form);
        if (!missing.isEmpty()) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--datapath " + config.datapath().name().toLowerCase(Locale.ROOT)
                            + " needs tools that are not here: " + missing + " (Debian: apt-get install " + packages
                            + ")");
        }
        Optional<FenceForm> fence = switch (config.fence()) {
            case AUTO -> Optional.empty();
            case NETDEV -> Optional.of(FenceForm.NETDEV);
            case INET -> Optional.of(FenceForm.INET);
        };
        return new LinuxDatapath(new LinuxOptions(
                config.parentInterface(),
                Optional.empty(),
                fence,
                form,
                new NamedInterfaces(config.eipInterfaces()),
                config.unknownPodsWait()));
    }
}
