package dev.baton.launcher.cli;

import dev.baton.bridge.manifest.Statuses;
import dev.baton.bridge.manifest.Statuses.Refused;
import dev.baton.contract.FleetSnapshot.FleetPolicy;
import dev.baton.contract.PolicyId;
import dev.baton.contract.RefusalReason;
import dev.baton.contract.Rules;
import dev.baton.contract.TunnelAdopted;
import dev.baton.contract.wire.WireCodec;
import dev.baton.failover.core.FleetState;
import dev.baton.launcher.Origins;
import dev.baton.launcher.client.Declarer;
import dev.baton.launcher.client.FleetFollower;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** Takes the EIPs that EgressGateway has given over, so that none changes. */
@Command(
        name = "adopt",
        mixinStandardHelpOptions = true,
        defaultValueProvider = Origins.class,
        description = {
            "Takes over what EgressGateway has given: each policy gets the EIP that it had, each EIP goes to the node",
            "that held it, and nodes keep their tunnels' addresses. Reads the statuses of EgressGateway's objects;",
            "changes nothing in Kubernetes. Without --yes it only shows what it would do.",
            "With --back: whether EgressGateway would find everything as Baton has it. Writes nothing at all."
        },
        footerHeading = "%nExit status:%n",
        footer = {
            "  0  every EIP that a policy uses is (without --yes: would be) on the node that held it, with its"
                    + " policies",
            "     (with --back: so EgressGateway will have it)",
            "  1  at least one is not, or nothing could be done",
            "",
            "Examples:",
            "  baton adopt --kubeconfig ~/.kube/config --bootstrap kafka-0:9092",
            "  kubectl get egressgateways,egresstunnels,egresspolicies,egressclusterpolicies -A -o yaml > found.yaml",
            "  baton adopt --from found.yaml --yes"
        })
public final class AdoptCommand extends OfFleet {
    @Option(
            names = "--from",
            paramLabel = "FILE",
            description = "YAML as kubectl get -o yaml prints it; - = standard input (default: asks the API server).")
    private Optional<String> from = Optional.empty();

    @Option(
            names = "--kubeconfig",
            paramLabel = "FILE",
            description = "How to reach the API server (default: the pod's service account, or kubectl's file).")
    private Optional<Path> kubeconfig = Optional.empty();

    @Option(names = "--yes", description = "Writes to the log, and waits until the decisions agree.")
    private boolean yes;

    @Option(names = "--back", description = "Looks at the way back to EgressGateway.")
    private boolean back;

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (from.isPresent() && kubeconfig.isPresent()) {
            throw new ParameterException(
                    spec.commandLine(), "--from and --kubeconfig: give one of them; both say where to read");
        }
        if (back && yes) {
            throw new ParameterException(spec.commandLine(), "--back and --yes: --back only looks, and writes nothing");
        }
        Statuses found = from.isPresent() ? FoundStatuses.in(from.get()) : FoundStatuses.inCluster(kubeconfig);
        WireCodec codec = connection.codec();
        try (var follower = new FleetFollower(connection.reached(), codec, connection.fleet())) {
            FleetState before = follower.catchUp();
            if (back) {
                return showBack(new WayBack(before, found));
            }
            if (!before.rules().include(Rules.ADOPTION)) {
                return fail("refused adoption: " + RefusalReason.RULES_TOO_OLD + ": fleet " + before.fleet()
                        + " is at rules version " + before.rules() + "; first: baton rules adopt " + Rules.ADOPTION);
            }
            List<AdoptionLine> lines = AdoptionLine.of(found.eips());
            if (lines.isEmpty()) {
                return fail("no status of an EgressGateway or of a policy names an EIP: nothing to adopt");
            }
            boolean possible = show(found, lines, before);
            if (!yes) {
                out().println("Nothing was written. To adopt, say the same with --yes.");
                out().flush();
                return possible ? 0 : 1;
            }
            try (var declarer = new Declarer(connection.reached(), codec, connection.fleet())) {
                var adoption = new AdoptionRun(declarer, follower, limit);
                List<Refused> refused = adoption.run(found, lines);
                return result(lines, refused, follower.state());
            }
        }
    }

    private int showBack(WayBack way) {
        var rows = new Rows("gateway", "eip", "node", "policies", "egressGatewayFindsIt");
        for (WayBack.Line line : way.lines()) {
            rows.add(
                    line.gateway(),
                    line.eip(),
                    text(line.node()),
                    line.policies().size(),
                    line.asItIs() ? "yes" : "NO");
        }
        rows.print(out());
        var err = spec.commandLine().getErr();
        way.refused()
                .forEach(one -> err.println("refused " + one.subject() + ": " + one.reason() + ": " + one.detail()));
        err.flush();
        if (!way.refused().isEmpty()) {
            return fail("EgressGateway would not find everything as it is now");
        }
        out().println("EgressGateway will find every EIP where it is now. Next, in this order: end coordinators and"
                + " bridges, Baton's agents, start EgressGateway's agents, then its controller.");
        out().flush();
        return 0;
    }

    /** Prints what would be adopted, and each line that is refused. */
    private boolean show(Statuses found, List<AdoptionLine> lines, FleetState before) throws InterruptedException {
        var preview = new AdoptionPreview(before);
        List<Refused> refused = new ArrayList<>(found.refused());
        refused.addAll(TunnelRounds.run(found.tunnels(), preview::declareAll));
        found.eips().forEach(gateway -> refused.addAll(preview.declare(gateway)));
        FleetState after = preview.state();
        var tunnels = new Rows("node", "mark", "tunnelIPv4", "tunnelIPv6", "tunnelMac");
        for (TunnelAdopted tunnel : found.tunnels()) {
            tunnels.add(
                    tunnel.node(), text(tunnel.mark()), text(tunnel.ipv4()), text(tunnel.ipv6()), text(tunnel.mac()));
        }
        if (!tunnels.isEmpty()) {
            tunnels.print(out());
            out().println();
        }
        var rows = new Rows("gateway", "eip", "node", "policies", "nodeNow", "adoption");
        boolean possible = true;
        for (AdoptionLine line : lines) {
            boolean asFound = line.isReleased()
                    || line.bound(after) == line.found().policies().size()
                            && (line.found().node().isEmpty()
                                    || line.node(after).equals(line.found().node()));
            possible &= asFound;
            String adoption = line.isReleased()
                    ? "released"
                    : !asFound ? "refused" : line.isSame(before) ? "as it is" : "to be adopted";
            rows.add(line.gateway(), line.eip(), line.wanted(), line.policies(), line.now(before), adoption);
        }
        rows.print(out());
        tell(refused);
        others(lines, before, after);
        out().flush();
        return possible;
    }

    /** Policies that no status names and that have to give their EIP to one that had it. */
    private void others(List<AdoptionLine> lines, FleetState before, FleetState after) {
        var named = new TreeSet<PolicyId>();
        lines.forEach(line -> named.addAll(line.found().policies()));
        for (FleetPolicy policy : after.policies().values()) {
            PolicyId id = policy.spec().policy();
            Optional<FleetPolicy> was = before.policies().get(id);
            boolean changed = was.isPresent()
                    && was.get().eip().isPresent()
                    && !was.get().eip().equals(policy.eip());
            if (changed && !named.contains(id)) {
                out().println("policy " + id + ", which no status names, gets " + text(policy.eip()) + " instead of "
                        + text(was.get().eip()));
            }
        }
    }

    private int result(List<AdoptionLine> lines, List<Refused> refused, FleetState after) {
        var rows = new Rows("gateway", "eip", "node", "nodeNow", "policies", "policiesNow", "same");
        boolean all = true;
        for (AdoptionLine line : lines) {
            all &= line.isSame(after);
            rows.add(
                    line.gateway(),
                    line.eip(),
                    line.wanted(),
                    line.now(after),
                    line.found().policies().size(),
                    line.bound(after),
                    line.isReleased() ? "released" : line.isSame(after) ? "yes" : "NO");
        }
        out().println();
        rows.print(out());
        tell(refused);
        if (!all) {
            return fail("not every EIP is where EgressGateway had it; its lines say NO");
        }
        out().println("Every EIP is where EgressGateway had it, with the same policies.");
        out().flush();
        return 0;
    }

    private void tell(List<Refused> refused) {
        var err = spec.commandLine().getErr();
        refused.forEach(one -> err.println("refused " + one.subject() + ": " + one.reason() + ": " + one.detail()));
        err.flush();
    }

    private int fail(String why) {
        out().flush();
        spec.commandLine().getErr().println(why);
        spec.commandLine().getErr().flush();
        return 1;
    }

    private static String text(Optional<?> value) {
        return value.map(Object::toString).orElse("-");
    }
}
