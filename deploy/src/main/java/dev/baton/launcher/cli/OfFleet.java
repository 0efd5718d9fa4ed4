package dev.baton.launcher.cli;

import dev.baton.contract.Declaration;
import dev.baton.contract.wire.WireCodec;
import dev.baton.failover.core.FleetState;
import dev.baton.launcher.Connection;
import dev.baton.launcher.client.Declarer;
import dev.baton.launcher.client.FleetFollower;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** A command that declares something of a whole fleet and waits for the answers. */
abstract class OfFleet implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    CommandSpec spec;

    @Mixin
    final Connection connection = new Connection();

    @Option(
            names = "--wait",
            paramLabel = "DURATION",
            defaultValue = "60s",
            description = "For the coordinator's answers (default: ${DEFAULT-VALUE}).")
    Duration limit = Duration.ofSeconds(60);

    FleetState state(WireCodec codec) {
        try (var follower = new FleetFollower(connection.reached(), codec, connection.fleet())) {
            return follower.catchUp();
        }
    }

    /** @return whether all were accepted; refusals are printed */
    boolean isAccepted(List<? extends Declaration> declarations, WireCodec codec) throws InterruptedException {
        try (var declarer = new Declarer(connection.reached(), codec, connection.fleet())) {
            List<Declarer.Answer> refused = declarer.declare(declarations, limit).stream()
                    .filter(answer -> answer.refused().isPresent())
                    .limit(1) // it says what is wrong; the others follow from it
                    .toList();
            return Declarations.report(refused, out(), spec.commandLine().getErr()) == 0;
        }
    }

    PrintWriter out() {
        return spec.commandLine().getOut();
    }
}
