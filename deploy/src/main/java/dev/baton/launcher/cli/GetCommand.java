package dev.baton.launcher.cli;

import dev.baton.launcher.Connection;
import dev.baton.launcher.MeshName;
import dev.baton.launcher.Origins;
import dev.baton.launcher.client.FleetFollower;
import dev.baton.launcher.client.MeshFollower;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
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
        description = {
            "Prints tunnels, gateways, policies or assignments of a fleet, or destinations, members, routes or proxies",
            "of a mesh, folded from the log."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  baton get tunnels",
            "  baton get assignments -w",
            "  baton get gateways -o yaml",
            "  baton get routes --mesh shop"
        })
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

    private static final Duration LOOK_EVERY = Duration.ofMillis(500);

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Mixin
    private final Connection connection = new Connection();

    @Mixin
    private final MeshName mesh = new MeshName();

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
        if (kind.isOfMesh()) {
            try (var follower = new MeshFollower(connection.reached(), connection.codec(), mesh.mesh())) {
                follow(MeshTables.of(kind, follower.catchUp()), () -> {
                    follower.poll(LOOK_EVERY, (offset, entry, outcome) -> {});
                    return MeshTables.of(kind, follower.state());
                });
            }
        } else {
            try (var follower = new FleetFollower(connection.reached(), connection.codec(), connection.fleet())) {
                follow(Tables.of(kind, follower.catchUp()), () -> {
                    follower.poll(LOOK_EVERY, (offset, at, entry, outcome) -> {});
                    return Tables.of(kind, follower.state());
                });
            }
        }
        return 0;
    }

    private void follow(Rows first, Supplier<Rows> next) {
        PrintWriter out = spec.commandLine().getOut();
        print(first, out);
        Rows rows = first;
        while (watch && !Thread.currentThread().isInterrupted()) {
            Rows now = next.get();
            printChanges(rows, now, out);
            rows = now;
        }
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
