package dev.baton.launcher;

import dev.baton.contract.Settings;
import dev.baton.contract.wire.WireCodec;
import dev.baton.failover.Coordinator;
import dev.baton.failover.CoordinatorConfig;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** A coordinator against any Kafka. */
@Command(
        name = "coordinator",
        mixinStandardHelpOptions = true,
        defaultValueProvider = Origins.class,
        description = {
            "Runs a coordinator: folds the logs and decides.",
            "Start a second one anywhere; it takes over within seconds when the first ends."
        },
        footerHeading = "%nExample:%n",
        footer = "  baton coordinator --bootstrap kafka-0:9092,kafka-1:9092 --eviction-timeout 2s")
final class CoordinatorCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    private static final Duration LOOK_AT_LOGS_EVERY = Duration.ofMinutes(1);

    @Mixin
    private final Connection connection = new Connection();

    @Mixin
    private final TimingOptions timings = new TimingOptions();

    @Option(
            names = "--snapshot-every",
            paramLabel = "ENTRIES",
            defaultValue = "" + CoordinatorConfig.SNAPSHOT_EVERY,
            description = "Between two snapshots of a fold; a start folds at most so many again"
                    + " (default: ${DEFAULT-VALUE}).")
    private int snapshotEvery = CoordinatorConfig.SNAPSHOT_EVERY;

    @Mixin
    private final Metrics metrics = new Metrics();

    @Override
    public Integer call() throws InterruptedException, IOException {
        Origins.print(spec, spec.commandLine().getOut());
        // First the checks that need no Kafka: contradictions are reported at once.
        timings.timings();
        WireCodec codec = connection.codecThatRegisters();
        spec.commandLine().getOut().println("log " + LogSetup.ensure(connection.clientOfAService()));
        BrokerSafety brokers = BrokerSafety.of(connection.clientOfAService());
        brokers.warnings().forEach(warning -> spec.commandLine().getErr().println("warning: " + warning));
        spec.commandLine().getErr().flush();
        Optional<Settings> settings =
                timings.settings(spec, SettingsInForce.read(connection.client(), codec, connection.fleet()));
        var config = new CoordinatorConfig(connection.bootstrap(), connection.fleet(), settings, Map.of())
                .withSnapshotEvery(snapshotEvery)
                .withSessionTimeout(brokers.sessionTimeout());
        Coordinator coordinator = Coordinator.start(config, codec);
        Runtime.getRuntime().addShutdownHook(new Thread(coordinator::close, "coordinator-close"));
        metrics.serve(coordinator.counters());
        spec.commandLine().getOut().println("coordinator started");
        spec.commandLine().getOut().flush();
        try (var watch = LogWatch.start(connection.clientOfAService(), LOOK_AT_LOGS_EVERY)) {
            throw coordinator.refusal().toCompletableFuture().join();
        } finally {
            coordinator.close();
        }
    }
}
