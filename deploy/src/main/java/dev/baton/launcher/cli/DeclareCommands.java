package dev.baton.launcher.cli;

import dev.baton.contract.Declaration;
import dev.baton.contract.DrainRequested;
import dev.baton.contract.EipMoveRequested;
import dev.baton.contract.GatewayId;
import dev.baton.contract.GatewayRemoved;
import dev.baton.contract.IpAddress;
import dev.baton.contract.NodeId;
import dev.baton.contract.NodeRemoved;
import dev.baton.contract.PolicyId;
import dev.baton.contract.PolicyRemoved;
import dev.baton.contract.RebalanceRequested;
import dev.baton.launcher.Connection;
import dev.baton.launcher.Origins;
import dev.baton.launcher.client.Declarer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Commands that append one declaration and print the coordinator's answer. */
public final class DeclareCommands {
    private DeclareCommands() {}

    private abstract static class Declaring implements Callable<Integer> {
        @Spec
        @SuppressWarnings("NullAway.Init") // picocli sets it
        CommandSpec spec;

        @Mixin
        private final Connection connection = new Connection();

        @Option(
                names = "--wait",
                paramLabel = "DURATION",
                defaultValue = "15s",
                description = "For the coordinator's answer (default: ${DEFAULT-VALUE}).")
        private Duration limit = Duration.ofSeconds(15);

        abstract Declaration declaration();

        @Override
        public Integer call() throws InterruptedException {
            Declaration declaration = declaration();
            try (var declarer = new Declarer(connection.reached(), connection.codec(), connection.fleet())) {
                return Declarations.report(
                        declarer.declare(List.of(declaration), limit),
                        spec.commandLine().getOut(),
                        spec.commandLine().getErr());
            }
        }
    }

    /** Moves all EIPs away from a node. */
    @Command(
            name = "drain",
            mixinStandardHelpOptions = true,
            defaultValueProvider = Origins.class,
            description = "Moves a node's EIPs away in the planned way, and gives it no new ones.",
            footerHeading = "%nExamples:%n",
            footer = {"  baton drain node1", "  baton drain node1 --end"})
    public static final class Drain extends Declaring {
        @Parameters(paramLabel = "NODE", description = "The node's name.")
        private String node = "";

        @Option(names = "--end", description = "Ends the drain: the node may get EIPs again.")
        private boolean end;

        @Override
        Declaration declaration() {
            return new DrainRequested(new NodeId(node), !end);
        }
    }

    /** Moves one EIP. */
    @Command(
            name = "move",
            mixinStandardHelpOptions = true,
            defaultValueProvider = Origins.class,
            description = "Moves one EIP to a node in the planned way.",
            footerHeading = "%nExample:%n",
            footer = "  baton move 10.6.1.55 --to node2")
    public static final class Move extends Declaring {
        @Parameters(paramLabel = "EIP", description = "Either address of the EIP.")
        private String eip = "";

        @Option(names = "--to", required = true, paramLabel = "NODE", description = "A Ready node of its gateway.")
        private String to = "";

        @Override
        Declaration declaration() {
            return new EipMoveRequested(IpAddress.parse(eip), new NodeId(to));
        }
    }

    /** Spreads a gateway's EIPs. */
    @Command(
            name = "rebalance",
            mixinStandardHelpOptions = true,
            defaultValueProvider = Origins.class,
            description = "Spreads a gateway's EIPs evenly by as few planned moves as that takes.",
            footerHeading = "%nExample:%n",
            footer = "  baton rebalance egw1")
    public static final class Rebalance extends Declaring {
        @Parameters(paramLabel = "GATEWAY", description = "The gateway's name.")
        private String gateway = "";

        @Override
        Declaration declaration() {
            return new RebalanceRequested(new GatewayId(gateway));
        }
    }

    /** Removes a declaration. */
    @Command(
            name = "delete",
            mixinStandardHelpOptions = true,
            defaultValueProvider = Origins.class,
            description = "Removes a gateway, policy or node that was declared.",
            footerHeading = "%nExamples:%n",
            footer = {"  baton delete policy default/web", "  baton delete gateway egw1", "  baton delete node node3"})
    public static final class Delete extends Declaring {
        @Parameters(index = "0", paramLabel = "KIND", description = "gateway, policy or node.")
        private String kind = "";

        @Parameters(index = "1", paramLabel = "NAME", description = "Policies as NAMESPACE/NAME, or NAME alone.")
        private String name = "";

        @Override
        Declaration declaration() {
            return switch (kind) {
                case "gateway" -> new GatewayRemoved(new GatewayId(name));
                case "policy" -> new PolicyRemoved(PolicyId.parse(name));
                case "node" -> new NodeRemoved(new NodeId(name));
                default ->
                    throw new ParameterException(
                            spec.commandLine(), "KIND: \"" + kind + "\"; allowed are gateway, policy, node");
            };
        }
    }
}
