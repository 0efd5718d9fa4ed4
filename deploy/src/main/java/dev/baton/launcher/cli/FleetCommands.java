package dev.baton.launcher.cli;

import dev.baton.contract.FleetImported;
import dev.baton.contract.FleetSealed;
import dev.baton.contract.FleetSnapshot;
import dev.baton.contract.Lineage;
import dev.baton.contract.wire.WireCodec;
import dev.baton.failover.core.FleetState;
import dev.baton.launcher.LogSetup;
import dev.baton.launcher.Origins;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Carries a fleet to another log: another Kafka, or another name. */
@Command(
        name = "fleet",
        mixinStandardHelpOptions = true,
        description = "Carries a fleet's allocations, EIPs, tunnels and settings to another Kafka or another name.",
        subcommands = {FleetCommands.Export.class, FleetCommands.Import.class, FleetCommands.Reopen.class},
        footerHeading = "%nExample:%n",
        footer = {
            "  baton fleet export fleet.baton --bootstrap kafka-0:9092",
            "  baton fleet import fleet.baton --bootstrap new-kafka-0:9092"
        })
public final class FleetCommands implements Runnable {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "say which: export, import or reopen");
    }

    /** Seals the fleet and writes it to a file. */
    @Command(
            name = "export",
            mixinStandardHelpOptions = true,
            defaultValueProvider = Origins.class,
            description = {
                "Seals the fleet and writes its state to a file. A sealed fleet decides nothing: no node is failed"
                        + " over",
                "and no declaration is accepted, until it is imported elsewhere or opened again."
            },
            footerHeading = "%nExample:%n",
            footer = "  baton fleet export fleet.baton")
    static final class Export extends OfFleet {
        @Parameters(paramLabel = "FILE", description = "Is written; must not be there yet.")
        private Path file = Path.of("");

        @Override
        public Integer call() throws IOException, InterruptedException {
            if (Files.exists(file)) {
                throw new ParameterException(spec.commandLine(), file + " is there already: name another file");
            }
            WireCodec codec = connection.codec();
            if (!isAccepted(List.of(new FleetSealed(true)), codec)) {
                return 1;
            }
            FleetState state = state(codec);
            if (!state.sealed()) {
                spec.commandLine().getErr().println("fleet " + state.fleet() + " was opened again meanwhile");
                return 1;
            }
            FleetSnapshot fleet = state.snapshot(0);
            FleetFile.write(file, fleet);
            out().println("exported fleet " + fleet.fleet() + " to " + file + ": " + contents(fleet));
            out().println("It is sealed and decides nothing. Import it, then start its agents and bridges there;");
            out().println("or let it go on here with: baton fleet reopen");
            out().flush();
            return 0;
        }
    }

    /** Declares what a file holds in a new log. */
    @Command(
            name = "import",
            mixinStandardHelpOptions = true,
            defaultValueProvider = Origins.class,
            description = {
                "Takes the fleet in a file over into a new log: another Kafka, or another name in the same one. A",
                "coordinator must run there, and nothing may be declared yet. Nothing moves: a node keeps its EIPs,",
                "also before its agent is started with the new Kafka or name."
            },
            footerHeading = "%nExample:%n",
            footer = "  baton fleet import fleet.baton --bootstrap new-kafka-0:9092 --fleet default")
    static final class Import extends OfFleet {
        @Parameters(paramLabel = "FILE", description = "As baton fleet export has written it.")
        private Path file = Path.of("");

        @Override
        public Integer call() throws IOException, InterruptedException {
            FleetSnapshot fleet = FleetFile.read(file);
            WireCodec codec = connection.codec();
            LogSetup.ensure(connection.reached());
            if (!isAccepted(FleetImported.partsOf(fleet), codec)) {
                return 1;
            }
            out().println("imported fleet " + fleet.fleet() + " as " + connection.fleet() + ": " + contents(fleet));
            out().println("Now start its agents and bridges with this Kafka and name.");
            out().flush();
            return 0;
        }
    }

    /** Ends the seal. */
    @Command(
            name = "reopen",
            mixinStandardHelpOptions = true,
            defaultValueProvider = Origins.class,
            description = {
                "Lets a sealed fleet decide again. Only if it was not imported elsewhere: two fleets that hold the"
                        + " same",
                "EIPs know nothing of each other."
            },
            footerHeading = "%nExample:%n",
            footer = "  baton fleet reopen")
    static final class Reopen extends OfFleet {
        @Override
        public Integer call() throws InterruptedException {
            if (!isAccepted(List.of(new FleetSealed(false)), connection.codec())) {
                return 1;
            }
            out().println("fleet " + connection.fleet() + " decides again");
            out().flush();
            return 0;
        }
    }

    private static String contents(FleetSnapshot fleet) {
        return fleet.nodes().size() + " nodes, " + fleet.gateways().size() + " gateways, "
                + fleet.policies().size() + " policies, " + fleet.eips().size() + " EIPs, lineage "
                + fleet.lineage().map(Lineage::value).orElse("-");
    }
}
