package dev.baton.launcher.cli;

import dev.baton.contract.FleetSnapshot.FleetNode;
import dev.baton.contract.Incarnation;
import dev.baton.contract.Rules;
import dev.baton.contract.RulesAdopted;
import dev.baton.contract.TunnelPhase;
import dev.baton.contract.wire.WireCodec;
import dev.baton.failover.CoordinatorGroup;
import dev.baton.failover.core.FleetState;
import dev.baton.launcher.Origins;
import java.util.List;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** By which rules a fleet's log is folded. */
@Command(
        name = "rules",
        mixinStandardHelpOptions = true,
        description = {
            "Shows and raises the version of the rules by which a fleet decides, and of the formats in which its"
                    + " records",
            "are written. A new release goes on by the version in force until a newer one is adopted; until then it"
                    + " can",
            "be rolled back."
        },
        subcommands = {RulesCommands.Show.class, RulesCommands.Adopt.class},
        footerHeading = "%nExample:%n",
        footer = {"  baton rules show", "  baton rules adopt 2"})
public final class RulesCommands implements Runnable {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "say which: show or adopt");
    }

    /** Prints who knows what. */
    @Command(
            name = "show",
            mixinStandardHelpOptions = true,
            defaultValueProvider = Origins.class,
            description =
                    "Prints the version in force, and the newest that each coordinator and each node's agent knows.")
    static final class Show extends OfFleet {
        @Override
        public Integer call() throws InterruptedException {
            WireCodec codec = connection.codec();
            FleetState state = state(codec);
            out().println("fleet " + state.fleet() + " is at rules version " + state.rules() + "; this release knows "
                    + codec.reads() + " at most");
            out().println();
            var rows = new Rows("who", "where", "knows");
            for (CoordinatorGroup.Member member : CoordinatorGroup.members(connection.reached())) {
                rows.add("coordinator", member.host(), member.knows());
            }
            for (FleetNode node : state.nodes().values()) {
                if (!node.incarnation().equals(Incarnation.NONE)) {
                    boolean silent = node.live() == TunnelPhase.HEARTBEAT_TIMEOUT;
                    rows.add("agent", node.node(), silent ? "silent" : node.reads());
                }
            }
            rows.lines().forEach(out()::println);
            out().flush();
            return 0;
        }
    }

    /** Raises the version. */
    @Command(
            name = "adopt",
            mixinStandardHelpOptions = true,
            defaultValueProvider = Origins.class,
            description = {
                "Raises the version in force. Refused while a coordinator or an agent lives that does not know it."
                        + " What",
                "was decided stays as it is. It cannot be lowered again: from then on an older release does not start."
            },
            footerHeading = "%nExample:%n",
            footer = "  baton rules adopt 2")
    static final class Adopt extends OfFleet {
        @Parameters(paramLabel = "VERSION", description = "Higher than the one in force.")
        private int version;

        @Override
        public Integer call() throws InterruptedException {
            if (version < 1) {
                throw new ParameterException(spec.commandLine(), "VERSION=" + version + ": 1 or higher is allowed");
            }
            var rules = new Rules(version);
            WireCodec codec = connection.codec();
            if (rules.isAfter(codec.reads())) {
                throw new ParameterException(
                        spec.commandLine(),
                        "VERSION=" + version + ": this release knows " + codec.reads() + " at most");
            }
            String ignorant = CoordinatorGroup.members(connection.reached()).stream()
                    .filter(member -> rules.isAfter(member.knows()))
                    .map(member -> member.host() + " (" + member.knows() + ")")
                    .collect(Collectors.joining(", "));
            if (!ignorant.isEmpty()) {
                spec.commandLine()
                        .getErr()
                        .println("refused rules: RULES_NOT_KNOWN: version " + version
                                + " is not known to these coordinators, which know at most: " + ignorant);
                return 1;
            }
            if (!isAccepted(List.of(new RulesAdopted(rules)), codec)) {
                return 1;
            }
            out().println("fleet " + connection.fleet() + " is at rules version " + rules);
            out().flush();
            return 0;
        }
    }
}
