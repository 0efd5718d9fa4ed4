package dev.baton.datapath.record;

import dev.baton.contract.DatapathFault;
import dev.baton.contract.DatapathMode;
import dev.baton.contract.Eip;
import dev.baton.contract.ParentInterface;
import dev.baton.contract.PolicyId;
import dev.baton.datapath.ApplyReport;
import dev.baton.datapath.ApplyReport.Result;
import dev.baton.datapath.Datapath;
import dev.baton.datapath.DatapathException;
import dev.baton.datapath.Health;
import dev.baton.datapath.KernelLease;
import dev.baton.datapath.core.DesiredState;
import dev.baton.datapath.core.DesiredState.EipRoute;
import dev.baton.datapath.core.DesiredState.PolicyMatch;
import dev.baton.datapath.core.DesiredState.Role;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/** Writes what it would do, one line for each change. What it did is forgotten with the process; the lease is not. */
public final class RecordDatapath implements Datapath {
    /** Beside another datapath it may record for weeks, in a file system that is memory; one earlier file is kept. */
    private static final long MOST_BYTES = 8L << 20;

    private final Path file;
    private final InstantSource clock;
    private final ParentInterface parent;
    private final FileLease lease;
    private SortedMap<Eip, EipRoute> routes = new TreeMap<>();
    private SortedMap<PolicyId, PolicyMatch> policies = new TreeMap<>();

    /**
     * @param file takes the changes; the lease stands in a file of the same name with {@code .lease} behind it
     * @param parent what to report as the interface under the tunnel
     */
    public RecordDatapath(Path file, ParentInterface parent, InstantSource clock) {
        this.file = file;
        this.parent = parent.withMode(DatapathMode.RECORDS);
        this.clock = clock;
        lease = new FileLease(file.resolveSibling(file.getFileName() + ".lease"), this::write);
    }

    @Override
    public void open(Set<Eip> remembered) throws DatapathException {
        try {
            Path folder = file.toAbsolutePath().getParent();
            if (folder != null) {
                Files.createDirectories(folder);
            }
        } catch (IOException e) {
            throw new DatapathException(DatapathFault.FIREWALL, "cannot make the folder of " + file, e);
        }
        write("open parent=" + parent.name());
    }

    @Override
    public ApplyReport apply(DesiredState desired) throws DatapathException {
        long start = System.nanoTime();
        var results = new ArrayList<Result>();
        for (var old : routes.entrySet()) {
            if (!desired.eips().containsKey(old.getKey())) {
                write("forget eip=" + old.getKey() + " was="
                        + text(old.getValue().role()));
            }
        }
        // What is let go of goes first, as on a real node.
        for (boolean gaining : List.of(false, true)) {
            for (var wanted : desired.eips().entrySet()) {
                EipRoute route = wanted.getValue();
                if (route.role() instanceof Role.Hold != gaining || route.equals(routes.get(wanted.getKey()))) {
                    continue;
                }
                write(text(route.role()) + " eip=" + wanted.getKey() + " mark=" + route.mark() + " epoch="
                        + route.epoch());
                results.add(new Result(
                        wanted.getKey(),
                        DatapathFault.NONE,
                        "",
                        Optional.empty(),
                        Duration.ofNanos(System.nanoTime() - start)));
            }
        }
        writePolicies(desired.policies());
        routes = new TreeMap<>(desired.eips());
        policies = new TreeMap<>(desired.policies());
        return new ApplyReport(results);
    }

    private void writePolicies(SortedMap<PolicyId, PolicyMatch> wanted) throws DatapathException {
        for (PolicyId gone : policies.keySet()) {
            if (!wanted.containsKey(gone)) {
                write("unmatch policy=" + gone);
            }
        }
        for (var policy : wanted.entrySet()) {
            PolicyMatch match = policy.getValue();
            if (!match.equals(policies.get(policy.getKey()))) {
                write("match policy=" + policy.getKey() + " eip="
                        + match.eip().map(Eip::toString).orElse("none")
                        + (match.priority() == 0 ? "" : " priority=" + match.priority()) + " sources="
                        + match.sources().size()
                        + " destinations=" + (match.destinations().isEmpty() ? "external" : match.destinations()));
            }
        }
    }

    private static String text(Role role) {
        return switch (role) {
            case Role.Hold hold -> "hold";
            case Role.Relay(var to) -> "relay to=" + to;
            case Role.Forward(var to) -> "forward to=" + to;
            case Role.Block block -> "block";
        };
    }

    private void write(String change) throws DatapathException {
        try {
            if (Files.exists(file) && Files.size(file) > MOST_BYTES) {
                Files.move(
                        file, file.resolveSibling(file.getFileName() + ".before"), StandardCopyOption.REPLACE_EXISTING);
            }
            Files.writeString(
                    file,
                    Instant.ofEpochMilli(clock.millis()) + " " + change + "\n",
                    StandardOpenOption.CREATE,
                    StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new DatapathException(DatapathFault.FIREWALL, "cannot write " + file, e);
        }
    }

    @Override
    public void withdraw() throws DatapathException {
        lease.revoke();
        write("withdraw everything");
        routes = new TreeMap<>();
    }

    @Override
    public Health check() {
        return new Health(DatapathFault.NONE, "", List.of(), 0);
    }

    @Override
    public KernelLease lease() {
        return lease;
    }

    @Override
    public Optional<ParentInterface> parent() {
        return Optional.of(parent);
    }

    @Override
    public void cleanup() throws DatapathException {
        lease.revoke();
        write("cleanup");
        routes = new TreeMap<>();
        policies = new TreeMap<>();
    }

    @Override
    public void close() {}
}
