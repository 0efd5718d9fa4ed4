package dev.baton.datapath.linux;

import dev.baton.contract.DatapathFault;
import dev.baton.contract.Eip;
import dev.baton.contract.IpAddress;
import dev.baton.datapath.ApplyReport.Result;
import dev.baton.datapath.DatapathException;
import dev.baton.datapath.linux.conntrack.ConnectionMark;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The EIPs that this node let go of, but perhaps with connections that are still translated to them. Until a look at
 * the kernel finds none, each of them counts as one that failed: in this apply and in every later one.
 */
final class ReleasedEips {
    private static final Logger log = LoggerFactory.getLogger(ReleasedEips.class);

    /** Deletes all connections that are translated to some addresses, or says why that did not succeed. */
    interface Deletion {
        void delete(Set<IpAddress> addresses, Collection<ConnectionMark> marks) throws DatapathException;
    }

    private final Deletion connections;
    private final SortedMap<Eip, ConnectionMark> released = new TreeMap<>();

    ReleasedEips(Deletion connections) {
        this.connections = connections;
    }

    /** @param mark what its connections are marked with */
    void add(Eip eip, ConnectionMark mark) {
        released.put(eip, mark);
    }

    /** Its connections are wanted again. */
    void heldAgain(Eip eip) {
        released.remove(eip);
    }

    /**
     * @param results of the EIPs so far; a released EIP whose connections stay gets a fault
     * @param took since the apply began
     */
    void forgetConnections(List<Result> results, Supplier<Duration> took) {
        if (released.isEmpty()) {
            return;
        }
        var addresses = new TreeSet<IpAddress>();
        released.keySet().forEach(eip -> addresses.addAll(eip.addresses()));
        try {
            connections.delete(addresses, Set.copyOf(released.values()));
            released.clear();
        } catch (DatapathException e) {
            results.removeIf(result -> result.fault() == DatapathFault.NONE && released.containsKey(result.eip()));
            released.keySet().stream()
                    .filter(eip ->
                            results.stream().noneMatch(result -> result.eip().equals(eip)))
                    .map(eip -> new Result(eip, e.fault(), String.valueOf(e.getMessage()), e.owner(), took.get()))
                    .toList()
                    .forEach(results::add);
            log.warn("event=connections_left eips={} reason=\"{}\"", released.keySet(), e.getMessage());
        }
    }
}
