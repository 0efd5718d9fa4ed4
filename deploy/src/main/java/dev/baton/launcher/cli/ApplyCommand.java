package dev.baton.launcher.cli;

import dev.baton.bridge.manifest.Manifest;
import dev.baton.contract.EndpointEntry;
import dev.baton.contract.EndpointSlice;
import dev.baton.contract.FleetSnapshot.FleetPolicy;
import dev.baton.contract.PolicyDeclared;
import dev.baton.contract.Settings;
import dev.baton.contract.mesh.Locality;
import dev.baton.contract.mesh.MeshDeclaration;
import dev.baton.contract.wire.Logs;
import dev.baton.contract.wire.WireCodec;
import dev.baton.failover.replay.LogEntry;
import dev.baton.failover.replay.LogReader;
import dev.baton.launcher.Connection;
import dev.baton.launcher.LogSetup;
import dev.baton.launcher.MeshName;
import dev.baton.launcher.Origins;
import dev.baton.launcher.SettingsInForce;
import dev.baton.launcher.client.Declarer;
import dev.baton.launcher.client.FleetFollower;
import dev.baton.launcher.client.MeshDeclarer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Publishes the content of manifests: the whole input path where there is no Kubernetes. */
@Command(
        name = "apply",
        mixinStandardHelpOptions = true,
        defaultValueProvider = Origins.class,
        description = {
            "Declares what a YAML file says: EgressGateway, EgressPolicy, EgressClusterPolicy, Node, Pod,",
            "EgressEndpointSlice and EgressClusterEndpointSlice, as users of EgressGateway write them; Gateway,"
                    + " HTTPRoute,",
            "Backend and BackendTrafficPolicy, as those of Envoy Gateway do; Tetrate's Gateway of an edge; and"
                    + " Settings,",
            "HealthRules, Member and FailoverPolicy of Baton's own.",
            "A file with an error is refused as a whole."
        },
        footerHeading = "%nExamples:%n",
        footer = {"  baton apply -f egressgateway.yaml", "  kubectl get nodes,pods -A -o yaml | baton apply -f -"})
public final class ApplyCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Mixin
    private final Connection connection = new Connection();

    @Mixin
    private final MeshName mesh = new MeshName();

    @Option(
            names = "--region",
            paramLabel = "NAME",
            defaultValue = "",
            description = "Where the proxies and backends in the file are; destinations prefer what is near.")
    private String region = "";

    @Option(names = "--zone", paramLabel = "NAME", defaultValue = "", description = "The same, more exactly.")
    private String zone = "";

    @Option(names = "-f", required = true, paramLabel = "FILE", description = "A YAML file; - = standard input.")
    private String file = "";

    @Option(
            names = "--wait",
            paramLabel = "DURATION",
            defaultValue = "15s",
            description = "For the coordinator's answers (default: ${DEFAULT-VALUE}).")
    private Duration limit = Duration.ofSeconds(15);

    @Option(
            names = "--ahead",
            description =
                    "Before a coordinator runs for the first time: makes the logs if they are missing, and waits for no"
                            + " answer. What is declared so comes before all else.")
    private boolean ahead;

    @Option(
            names = "--keep-settings",
            description =
                    "What a document of settings does not name stays as it is in force, instead of having its default.")
    private boolean keepSettings;

    @Override
    public Integer call() throws IOException, InterruptedException {
        String yaml = file.equals("-")
                ? new String(System.in.readAllBytes(), StandardCharsets.UTF_8)
                : Files.readString(Path.of(file));
        // Read once without Kafka, so that a mistake in the file is reported before anything is sent.
        Manifest.read(file, yaml, List.of(), Settings.DEFAULT, new Locality(region, zone));
        WireCodec codec = connection.codec();
        if (ahead) {
            spec.commandLine().getOut().println("logs ready: " + LogSetup.ensure(connection.reached()));
        }
        Manifest manifest = Manifest.read(file, yaml, known(codec), unnamedSettings(codec), new Locality(region, zone));
        try (var declarer = new Declarer(connection.reached(), codec, connection.fleet())) {
            var out = spec.commandLine().getOut();
            int status = 0;
            if (ahead) {
                declarer.append(manifest.declarations());
                out.println("declared ahead of the coordinator: "
                        + manifest.declarations().size());
            } else {
                status = Declarations.report(
                        declarer.declare(manifest.declarations(), limit),
                        out,
                        spec.commandLine().getErr());
            }
            List<EndpointEntry> entries = new ArrayList<>(manifest.slices());
            entries.addAll(manifest.departed(existing(codec)));
            manifest.clusterCidrs().ifPresent(entries::add);
            declarer.endpoints(entries);
            if (!entries.isEmpty()) {
                out.println("endpoints: " + entries.size() + " records published");
            }
            return Math.max(status, declareDestinations(manifest.destinations(), codec));
        }
    }

    private int declareDestinations(List<MeshDeclaration> destinations, WireCodec codec) throws InterruptedException {
        var out = spec.commandLine().getOut();
        int status = 0;
        if (!destinations.isEmpty()) {
            try (var declarer = new MeshDeclarer(connection.reached(), codec, mesh.mesh())) {
                if (ahead) {
                    declarer.append(destinations);
                    out.println("declared of destinations, ahead of the coordinator: " + destinations.size());
                } else {
                    status = MeshAnswers.report(
                            declarer.declare(destinations, limit),
                            out,
                            spec.commandLine().getErr());
                }
            }
        }
        out.flush();
        return status;
    }

    private Settings unnamedSettings(WireCodec codec) {
        return keepSettings
                ? SettingsInForce.read(connection.reached(), codec, connection.fleet())
                        .orElse(Settings.DEFAULT)
                : Settings.DEFAULT;
    }

    private Collection<PolicyDeclared> known(WireCodec codec) {
        try (var follower = new FleetFollower(connection.reached(), codec, connection.fleet())) {
            return follower.catchUp().policies().values().stream()
                    .map(FleetPolicy::spec)
                    .toList();
        }
    }

    private Collection<EndpointSlice> existing(WireCodec codec) {
        var slices = new LinkedHashMap<String, EndpointSlice>();
        try (var reader = new LogReader(connection.reached(), codec, connection.fleet())) {
            for (LogEntry<EndpointEntry> entry : reader.read(Logs.ENDPOINTS)) {
                if (entry.value() instanceof EndpointSlice slice) {
                    slices.put(slice.policy() + "#" + slice.slice(), slice);
                }
            }
        }
        return slices.values();
    }
}
