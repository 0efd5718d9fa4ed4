package dev.baton.launcher;

import dev.baton.launcher.bridge.BridgeCommand;
import dev.baton.launcher.cli.AdoptCommand;
import dev.baton.launcher.cli.ApplyCommand;
import dev.baton.launcher.cli.DeclareCommands.Delete;
import dev.baton.launcher.cli.DeclareCommands.Drain;
import dev.baton.launcher.cli.DeclareCommands.Move;
import dev.baton.launcher.cli.DeclareCommands.Rebalance;
import dev.baton.launcher.cli.FleetCommands;
import dev.baton.launcher.cli.GetCommand;
import dev.baton.launcher.cli.MeshCommands.Eject;
import dev.baton.launcher.cli.MeshCommands.FailBack;
import dev.baton.launcher.cli.MeshCommands.FailOver;
import dev.baton.launcher.cli.MeshCommands.Hold;
import dev.baton.launcher.cli.ReplayCommand;
import dev.baton.launcher.cli.RulesCommands;
import dev.baton.launcher.cli.WhyCommand;
import dev.baton.launcher.jvm.PrepareAgentCommand;
import dev.baton.launcher.lab.LabCommand;
import dev.baton.launcher.mesh.ProberCommand;
import dev.baton.launcher.mesh.XdsCommand;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.ServiceLoader;
import picocli.AutoComplete.GenerateCompletion;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.InitializationException;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** The {@code baton} command. */
@Command(
        name = "baton",
        version = "baton 0.1.0",
        mixinStandardHelpOptions = true,
        description = "Moves egress IPs between nodes when a node, its agent or its datapath fails.",
        synopsisSubcommandLabel = "COMMAND",
        footerHeading = "%nExamples:%n",
        footer = {
            "  baton up                               all in one process, with three recorded nodes",
            "  sudo baton lab                         the same with real kernels and real packets",
            "  baton apply -f egressgateway.yaml      declare gateways, policies, nodes and pods",
            "  baton get tunnels -w                   watch the nodes",
            "  baton why 10.6.1.55                    why this address is where it is",
            "  source <(baton generate-completion)    completion for bash and zsh"
        })
public final class Baton {
    private static final List<Class<?>> COMMANDS = List.of(
            UpCommand.class,
            AgentCommand.class,
            CoordinatorCommand.class,
            BridgeCommand.class,
            BrokerCommand.class,
            ProberCommand.class,
            XdsCommand.class,
            LabCommand.class,
            PrepareAgentCommand.class,
            ApplyCommand.class,
            GetCommand.class,
            Drain.class,
            Move.class,
            Rebalance.class,
            Delete.class,
            FailOver.class,
            FailBack.class,
            Eject.class,
            Hold.class,
            WhyCommand.class,
            ReplayCommand.class,
            FleetCommands.class,
            AdoptCommand.class,
            RulesCommands.class,
            HelpCommand.class,
            GenerateCompletion.class);

    private Baton() {}

    public static void main(String[] args) {
        System.exit(run(args));
    }

    /** Runs one command. Exit status: 0 done, 1 failed or refused, 2 not understood. */
    public static int run(String... args) {
        try {
            return commandLine(args).execute(args);
        } catch (InitializationException e) {
            // The settings' file cannot be read; no command is known yet.
            System.err.println("baton: " + rootMessage(e));
            return 2;
        }
    }

    private static String rootMessage(Throwable failure) {
        Throwable cause = failure;
        while (cause.getCause() != null && !(cause instanceof IllegalArgumentException)) {
            cause = cause.getCause();
        }
        return Failures.text(cause);
    }

    /** With all commands, or only with the one that was asked for: an agent should not load the others' classes. */
    static CommandLine commandLine(String... args) {
        var line = new CommandLine(new Baton());
        Optional<Class<?>> asked = COMMANDS.stream()
                .filter(command -> args.length > 0 && nameOf(command).equals(args[0]))
                .filter(command -> command != HelpCommand.class && command != GenerateCompletion.class)
                .findFirst();
        if (asked.isPresent()) {
            line.addSubcommand(asked.get());
        } else {
            COMMANDS.forEach(line::addSubcommand);
            ServiceLoader.load(Subcommand.class).forEach(line::addSubcommand);
        }
        Durations.register(line);
        line.setCaseInsensitiveEnumValuesAllowed(true);
        line.setParameterExceptionHandler((failure, arguments) -> misunderstood(failure));
        line.setExecutionExceptionHandler((failure, command, parsed) -> {
            command.getErr().println(command.getCommandName() + ": " + Failures.text(failure));
            if (Boolean.getBoolean("baton.trace")) {
                failure.printStackTrace(command.getErr());
            }
            return 1;
        });
        return line;
    }

    private static String nameOf(Class<?> command) {
        return Objects.requireNonNull(command.getAnnotation(Command.class)).name();
    }

    /** Prints one line; the whole help is printed by --help. */
    private static int misunderstood(ParameterException failure) {
        CommandLine command = failure.getCommandLine();
        String name = command.getCommandSpec().qualifiedName();
        String what = failure instanceof UnmatchedArgumentException unmatched
                        && command.getParent() == null
                        && !unmatched.isUnknownOption()
                ? "unknown command \"" + unmatched.getUnmatched().getFirst() + "\"; known are "
                        + String.join(", ", command.getSubcommands().keySet())
                : failure.getMessage();
        command.getErr().println(name + ": " + what + " (more: " + name + " --help)");
        return CommandLine.ExitCode.USAGE;
    }
}
