package dev.baton.launcher.cli;

import dev.baton.contract.FleetId;
import dev.baton.contract.IpAddress;
import dev.baton.contract.mesh.DestinationId;
import dev.baton.contract.wire.Logs;
import dev.baton.failover.replay.LogReader;
import dev.baton.failover.replay.MeshWhy;
import dev.baton.failover.replay.Why;
import dev.baton.launcher.Connection;
import dev.baton.launcher.MeshName;
import dev.baton.launcher.Origins;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Explains an EIP or a destination from the log. */
@Command(
        name = "why",
        mixinStandardHelpOptions = true,
        defaultValueProvider = Origins.class,
        description = {
            "Tells why an EIP is where it is, or why a destination's traffic goes where it goes: each step, its cause,",
            "the evidence and the offsets."
        },
        footerHeading = "%nExamples:%n",
        footer = {"  baton why 10.6.1.55", "  baton why fd00::55 --last 3", "  baton why default/ha-failover/0"})
public final class WhyCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Mixin
    private final Connection connection = new Connection();

    @Mixin
    private final MeshName mesh = new MeshName();

    @Parameters(paramLabel = "WHAT", description = "Either address of an EIP, or the name of a destination.")
    private String what = "";

    @Option(names = "--last", paramLabel = "N", description = "Only the last N steps.")
    private int last = Integer.MAX_VALUE;

    @Override
    public Integer call() {
        boolean isEip = what.indexOf(':') >= 0 || what.matches("[0-9.]+");
        FleetId of = isEip ? connection.fleet() : mesh.mesh();
        try (var reader = new LogReader(connection.reached(), connection.codec(), of)) {
            List<String> steps = isEip ? ofEip(IpAddress.parse(what), reader) : ofDestination(what, reader);
            if (steps.isEmpty()) {
                spec.commandLine().getErr().println("why: no decision names " + what);
                return 1;
            }
            steps.subList(Math.max(0, steps.size() - last), steps.size())
                    .forEach(spec.commandLine().getOut()::println);
            spec.commandLine().getOut().flush();
            return 0;
        }
    }

    private static List<String> ofEip(IpAddress address, LogReader reader) {
        return Why.of(address, reader.read(Logs.FLEET), reader.read(Logs.DECISIONS));
    }

    private static List<String> ofDestination(String name, LogReader reader) {
        return MeshWhy.of(
                new DestinationId(name),
                reader.read(Logs.MESH),
                reader.read(Logs.MESH_DECISIONS),
                reader.read(Logs.HEALTH));
    }
}
