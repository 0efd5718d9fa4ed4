package dev.baton.launcher.cli;

import dev.baton.contract.IpAddress;
import dev.baton.contract.wire.Logs;
import dev.baton.failover.replay.LogReader;
import dev.baton.failover.replay.Why;
import dev.baton.launcher.Connection;
import dev.baton.launcher.Origins;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Explains an EIP from the log. */
@Command(
        name = "why",
        mixinStandardHelpOptions = true,
        defaultValueProvider = Origins.class,
        description = "Tells why an EIP is where it is: each step, its cause, the evidence and the offsets.",
        footerHeading = "%nExamples:%n",
        footer = {"  baton why 10.6.1.55", "  baton why fd00::55 --last 3"})
public final class WhyCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Mixin
    private final Connection connection = new Connection();

    @Parameters(paramLabel = "EIP", description = "Either address of the EIP.")
    private String eip = "";

    @Option(names = "--last", paramLabel = "N", description = "Only the last N steps.")
    private int last = Integer.MAX_VALUE;

    @Override
    public Integer call() {
        IpAddress address = IpAddress.parse(eip);
        try (var reader = new LogReader(connection.reached(), connection.codec(), connection.fleet())) {
            List<String> steps = Why.of(address, reader.read(Logs.FLEET), reader.read(Logs.DECISIONS));
            if (steps.isEmpty()) {
                spec.commandLine().getErr().println("why: no decision names " + address);
                return 1;
            }
            steps.subList(Math.max(0, steps.size() - last), steps.size())
                    .forEach(spec.commandLine().getOut()::println);
            spec.commandLine().getOut().flush();
            return 0;
        }
    }
}
