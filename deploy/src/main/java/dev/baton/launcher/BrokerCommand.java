package dev.baton.launcher;

import dev.baton.launcher.broker.BrokerOptions;
import dev.baton.launcher.broker.EmbeddedBroker;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The embedded broker alone. */
@Command(
        name = "broker",
        mixinStandardHelpOptions = true,
        defaultValueProvider = Origins.class,
        description = "Runs Kafka's own server in this process, for labs and crash tests.",
        footerHeading = "%nExamples:%n",
        footer = {"  baton broker", "  baton broker --nodes 3 --dir /var/tmp/baton"})
final class BrokerCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Option(
            names = "--nodes",
            paramLabel = "N",
            defaultValue = "1",
            description = "1, or 3 for a replicated log (default: ${DEFAULT-VALUE}).")
    private int nodes = 1;

    @Option(names = "--dir", paramLabel = "DIR", description = "Keeps the log here; else a temporary folder.")
    private Optional<Path> directory = Optional.empty();

    @Option(
            names = "--port",
            paramLabel = "PORT",
            defaultValue = "" + Connection.DEFAULT_PORT,
            description = "Of the first node; 0 = any (default: ${DEFAULT-VALUE}).")
    private int port = Connection.DEFAULT_PORT;

    @Option(
            names = "--host",
            paramLabel = "ADDRESS",
            defaultValue = "127.0.0.1",
            description = "Listens here only (default: ${DEFAULT-VALUE}).")
    private String host = "127.0.0.1";

    @Override
    public Integer call() throws InterruptedException {
        Origins.print(spec, spec.commandLine().getOut());
        var options = BrokerOptions.DEFAULT.withNodes(nodes).withHost(host).withPort(port);
        EmbeddedBroker broker =
                EmbeddedBroker.start(directory.isPresent() ? options.withData(directory.get()) : options);
        Runtime.getRuntime().addShutdownHook(new Thread(broker::close, "broker-close"));
        spec.commandLine().getOut().println("broker ready bootstrap=" + broker.bootstrap());
        spec.commandLine().getOut().flush();
        new CountDownLatch(1).await();
        return 0;
    }
}
