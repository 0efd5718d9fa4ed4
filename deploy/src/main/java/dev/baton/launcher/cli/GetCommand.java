package dev.baton.launcher.cli;

import dev.baton.launcher.Connection;
import dev.baton.launcher.Origins;
import dev.baton.launcher.client.FleetFollower;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Prints what the coordinator knows, from the log alone. */
@Command(
        name = "get",
        mixinStandardHelpOptions = true,
        defaultValueProvider = Origins.class,
        description = "Prints tunnels, gateways, policies or assignments, folded from the log.",
        footerHeading = "%nExamples:%n",
        footer = {"  baton get tunnels", "  baton get assignments -w", "  baton get gateways -o yaml"})
public final class GetCommand implements Callable<Integer> {
    /** How to print. */
    enum Output {
        TABLE,
        JSON,
        YAML;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Mixin
    private final Connection connection = new Connection();

    @Parameters(paramLabel = "KIND", converter = KindWords.class, description = "${COMPLETION-CANDIDATES}")
    private Tables.Kind kind = Tables.Kind.TUNNELS;

    @Option(names = "-o", paramLabel = "FORMAT", description = "${COMPLETION-CANDIDATES} (default: table).")
    private Output output = Output.TABLE;

    @Option(
            names = {"-w", "--watch"},
            description = "Goes on printing rows as they change, until interrupted.")
    private boolean watch;

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        try (var follower = new FleetFollower(connection.reached(), connection.codec(), connection.fleet())) {
            Rows rows = Tables.of(kind, follower.catchUp());
            print(rows, out);
            while (watch && !Thread.currentThread().isInterrupted()) {
                follower.poll(Duration.ofMillis(500), (offset, at, entry, outcome) -> {});
                Rows now = Tables.of(kind, follower.state());
                printChanges(rows, now, out);
                rows = now;
            }
        }
        return 0;
    }

    private void print(Rows rows, PrintWriter out) {
        switch (output) {
            case TABLE -> rows.print(out);
            case JSON -> out.println(Serialization.asJson(rows.maps()));
            case YAML -> out.print(Serialization.asYaml(rows.maps()));
        }
        out.flush();
    }

    private void printChanges(Rows before, Rows now, PrintWriter out) {
        if (output == Output.TABLE) {
            now.linesSince(before).forEach(out::println);
        } else {
            List<Map<String, String>> maps = new ArrayList<>(now.maps());
            maps.removeAll(before.maps());
            maps.forEach(
                    map -> out.println(output == Output.JSON ? Serialization.asJson(map) : Serialization.asYaml(map)));
        }
        out.flush();
    }
}
