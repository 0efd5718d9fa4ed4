package dev.baton.datapath;

import dev.baton.contract.AddressClaim;
import dev.baton.contract.DatapathFault;
import dev.baton.contract.Eip;
import dev.baton.contract.ObservedPath;
import dev.baton.contract.ParentInterface;
import dev.baton.datapath.core.DesiredState;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * One node's datapath. Used by one thread; only its {@link #lease} may be renewed by another meanwhile.
 */
public interface Datapath extends AutoCloseable {
    /**
     * Makes what does not depend on assignments (fence first, then chains, rules), closed: no EIP is held yet unless an
     * agent of the same incarnation left it so. Takes over what is right already without touching it.
     *
     * @param remembered EIPs that this node has known: they are fenced at once, and without a running lease none of
     *     them stays on the node, whatever became of the fence meanwhile
     * @throws DatapathException if this node cannot carry traffic
     */
    void open(Set<Eip> remembered) throws DatapathException;

    /** On a node that remembers nothing. */
    default void open() throws DatapathException {
        open(Set.of());
    }

    /**
     * Brings the node to {@code desired} by the fewest changes and reads them back. A failure of one EIP is reported,
     * leaves nothing of that EIP held, and does not stop the others.
     *
     * @throws DatapathException if what all EIPs need could not be programmed
     */
    ApplyReport apply(DesiredState desired) throws DatapathException;

    /**
     * Ends the lease and lets go of every EIP in the kernel, at once: when this incarnation may hold nothing any more.
     * Follow with {@link #apply} of what the next incarnation desires, then begin its lease.
     */
    void withdraw() throws DatapathException;

    /**
     * Looks for drift (a flushed table, a deleted device, a changed rule) and repairs it; cheap enough for every 250
     * ms.
     *
     * @return what was repaired, or why it could not be
     */
    Health check();

    /**
     * Whether there is reason to {@link #check} at once, and not only in its turn; cheap enough for every round of
     * work.
     */
    default boolean isDisturbed() {
        return false;
    }

    /**
     * From now on {@code progressed} is told, by the datapath's thread, whenever a change that takes long has come a
     * step further: who waits for it knows by this that it does not hang.
     */
    default void onProgress(Runnable progressed) {}

    /** The lease that the kernel enforces for this node. */
    KernelLease lease();

    /** The interface under the tunnel, once {@link #open} has found it. */
    Optional<ParentInterface> parent();

    /**
     * The paths to other nodes that this node probes, by name of the target; without those of which nothing is known
     * yet. Cheap enough for every round of work.
     */
    default List<ObservedPath> paths() {
        return List.of();
    }

    /**
     * Which other machines have claimed an address that this node holds, within the last minute; a few of them. Cheap
     * enough for every round of work.
     */
    default List<AddressClaim> claims() {
        return List.of();
    }

    /** Removes everything that Baton made on this node and nothing else. Works without {@link #open}. */
    void cleanup() throws DatapathException;

    /** Whether EgressGateway's agent has programmed this node, for each EIP that the node holds. */
    default boolean isProgrammedByEgressGateway() throws DatapathException {
        return false;
    }

    /**
     * Removes what Baton made on this node, except what EgressGateway's agent goes on with: the tunnel's device and the
     * ways to other nodes. Connections stay, with marks as EgressGateway gives them.
     */
    default void handOver() throws DatapathException {
        throw new DatapathException(DatapathFault.FIREWALL, "this datapath cannot be handed over");
    }

    /** Ends the tools. What is programmed stays: a restart within the lease costs no packet. */
    @Override
    void close();
}
