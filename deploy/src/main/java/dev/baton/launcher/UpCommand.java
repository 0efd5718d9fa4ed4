package dev.baton.launcher;

import dev.baton.launcher.up.Up;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** All in one process, to see what Baton does. */
@Command(
        name = "up",
        mixinStandardHelpOptions = true,
        defaultValueProvider = Origins.class,
        description = {
            "Runs broker, coordinator and three recorded nodes in this process, with a sample gateway and policies.",
            "Nothing of this machine is changed: the nodes write down what they would do."
        },
        footerHeading = "%nThen type, or pipe in:%n",
        footer = {
            "  kill NODE, start NODE, freeze NODE, thaw NODE, drain NODE, move EIP NODE, why EIP, settle, quit",
            "",
            "Example:",
            "  printf 'settle\\nkill node1\\nwait 5s\\nsettle\\nwhy 10.6.1.55\\nquit\\n' | baton up"
        })
final class UpCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Mixin
    private final TimingOptions timings = new TimingOptions();

    @Option(names = "--data", paramLabel = "DIR", description = "Keeps the log here over restarts.")
    private Optional<Path> data = Optional.empty();

    @Option(
            names = "--port",
            paramLabel = "PORT",
            defaultValue = "" + Connection.DEFAULT_PORT,
            description = "The broker's, on 127.0.0.1; 0 = any (default: ${DEFAULT-VALUE}).")
    private int port = Connection.DEFAULT_PORT;

    @Override
    public Integer call() throws Exception {
        quiet();
        timings.timings();
        Origins.print(spec, spec.commandLine().getOut());
        return new Up(port, data, timings.timings(), spec.commandLine().getOut()).run();
    }

    /** Quiets the loggers, because the table and the decisions show the same. Must run before anything logs. */
    private static void quiet() {
        if (System.getenv("BATON_LOG") == null) {
            System.setProperty("BATON_LOG", "WARN");
        }
    }
}
