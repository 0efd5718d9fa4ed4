package dev.baton.launcher.cli;

import dev.baton.contract.mesh.DestinationId;
import dev.baton.contract.mesh.EndpointAddress;
import dev.baton.contract.mesh.MemberId;
import dev.baton.contract.mesh.MeshDeclaration;
import dev.baton.launcher.Connection;
import dev.baton.launcher.MeshName;
import dev.baton.launcher.Origins;
import dev.baton.launcher.client.MeshDeclarer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** What operators ask of a destination. */
public final class MeshCommands {
    private MeshCommands() {}

    private abstract static class Asking implements Callable<Integer> {
        @Spec
        @SuppressWarnings("NullAway.Init") // picocli sets it
        private CommandSpec spec;

        @Mixin
        private final Connection connection = new Connection();

        @Mixin
        private final MeshName mesh = new MeshName();

        @Parameters(index = "0", paramLabel = "DESTINATION", description = "As baton get destinations names it.")
        private String destination = "";

        @Option(
                names = "--wait",
                paramLabel = "DURATION",
                defaultValue = "15s",
                description = "For the coordinator's answer (default: ${DEFAULT-VALUE}).")
        private Duration limit = Duration.ofSeconds(15);

        abstract MeshDeclaration request(DestinationId of);

        @Override
        public Integer call() throws InterruptedException {
            MeshDeclaration request = request(new DestinationId(destination));
            try (var declarer = new MeshDeclarer(connection.reached(), connection.codec(), mesh.mesh())) {
                return MeshAnswers.report(
                        declarer.declare(List.of(request), limit),
                        spec.commandLine().getOut(),
                        spec.commandLine().getErr());
            }
        }
    }

    /** Moves the first level's traffic to the next one. */
    @Command(
            name = "fail-over",
            mixinStandardHelpOptions = true,
            defaultValueProvider = Origins.class,
            description = "Moves the traffic of a destination's first level to the next one, until it is failed back.",
            footerHeading = "%nExample:%n",
            footer = "  baton fail-over default/ha-failover/0")
    public static final class FailOver extends Asking {
        @Override
        MeshDeclaration request(DestinationId of) {
            return new MeshDeclaration.FailOverRequested(of);
        }
    }

    /** Lets traffic go back. */
    @Command(
            name = "fail-back",
            mixinStandardHelpOptions = true,
            defaultValueProvider = Origins.class,
            description = {
                "Lets traffic go back to what was taken out by an operator, or waits for an operator's word because",
                "its policy says so. What observations call dead stays out."
            },
            footerHeading = "%nExamples:%n",
            footer = {"  baton fail-back default/ha-failover/0", "  baton fail-back default/ha-failover/0 10.0.0.7:3000"
            })
    public static final class FailBack extends Asking {
        @Parameters(
                index = "1",
                arity = "0..1",
                paramLabel = "ENDPOINT",
                converter = EndpointWords.class,
                description = "Only this one, as host:port.")
        private Optional<EndpointAddress> endpoint = Optional.empty();

        @Override
        MeshDeclaration request(DestinationId of) {
            return new MeshDeclaration.FailBackRequested(of, endpoint);
        }
    }

    /** Takes a member out. */
    @Command(
            name = "eject",
            mixinStandardHelpOptions = true,
            defaultValueProvider = Origins.class,
            description = "Gives a member of a destination no traffic, until it is failed back.",
            footerHeading = "%nExample:%n",
            footer = "  baton eject edge/bookinfo-edge/bookinfo/0 cluster-1")
    public static final class Eject extends Asking {
        @Parameters(index = "1", paramLabel = "MEMBER", description = "As baton get members names it.")
        private String member = "";

        @Override
        MeshDeclaration request(DestinationId of) {
            return new MeshDeclaration.EjectRequested(of, new MemberId(member));
        }
    }

    /** Keeps a destination as it is. */
    @Command(
            name = "hold",
            mixinStandardHelpOptions = true,
            defaultValueProvider = Origins.class,
            description = "Keeps a destination as it is: observations eject nothing and let nothing back.",
            footerHeading = "%nExamples:%n",
            footer = {"  baton hold default/ha-failover/0", "  baton hold default/ha-failover/0 --end"})
    public static final class Hold extends Asking {
        @Option(names = "--end", description = "Ends the hold.")
        private boolean end;

        @Override
        MeshDeclaration request(DestinationId of) {
            return new MeshDeclaration.HoldRequested(of, !end);
        }
    }

    /** {@code host:port}, with brackets around an IPv6 address. */
    static final class EndpointWords implements ITypeConverter<Optional<EndpointAddress>> {
        @Override
        public Optional<EndpointAddress> convert(String text) {
            int colon = text.lastIndexOf(':');
            try {
                String host = text.substring(0, Math.max(colon, 0)).replaceAll("^\\[|]$", "");
                return Optional.of(new EndpointAddress(host, Integer.parseInt(text.substring(colon + 1))));
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException("\"" + text + "\" is no endpoint; allowed is host:port");
            }
        }
    }
}
