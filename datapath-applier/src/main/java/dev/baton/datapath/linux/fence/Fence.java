package dev.baton.datapath.linux.fence;

import dev.baton.contract.IpAddress;
import dev.baton.contract.IpFamily;
import dev.baton.datapath.DatapathException;
import dev.baton.datapath.linux.netlink.NetlinkAttributes;
import dev.baton.datapath.linux.nft.NftFamily;
import dev.baton.datapath.linux.nft.SetElements;
import java.math.BigInteger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * The fence on the node's interfaces. A frame with an EIP as its source (IPv4, IPv6, ARP) leaves only if this node
 * holds that EIP and its {@link FenceLease} runs. A frame to an EIP that this node holds is taken only while the lease
 * runs. A frame that reaches a former holder is not stopped, so that it can be relayed. It has one of two {@link
 * FenceForm forms}; {@link FenceTables} has the rules.
 */
public final class Fence implements AutoCloseable {
    private static final int AT_ONCE = 1000;

    /** A frame that the kernel does not stop is sent only if it will be gone before the lease ends. */
    private static final Duration ON_THE_WAY = Duration.ofMillis(100);

    private final FenceLease lease;
    private final FenceSets sets;
    private List<NftFamily> families = FenceForm.NETDEV.families();

    public Fence(Optional<String> namespace) {
        lease = new FenceLease(namespace, families, System::nanoTime);
        sets = new FenceSets(namespace, families);
    }

    /** From now on, the fence in these families is meant. */
    public void use(List<NftFamily> changed) {
        families = changed;
        lease.use(changed);
        sets.use(changed);
    }

    List<NftFamily> families() {
        return families;
    }

    public FenceLease lease() {
        return lease;
    }

    /** Opens the fence for these addresses; correct also if it is open already. */
    void hold(Collection<IpAddress> addresses) throws DatapathException {
        change("held", addresses, true);
    }

    /** Closes the fence for these addresses; correct also if it is closed already. */
    void release(Collection<IpAddress> addresses) throws DatapathException {
        change("held", addresses, false);
    }

    public void releaseAll() throws DatapathException {
        sets.require(List.of(SetElements.delete("held4", List.of()), SetElements.delete("held6", List.of())));
    }

    /** Adds EIPs of the fleet: frames with them as their source are fenced from now on. */
    void fence(Collection<IpAddress> addresses) throws DatapathException {
        change("eip", addresses, true);
    }

    void unfence(Collection<IpAddress> addresses) throws DatapathException {
        change("eip", addresses, false);
    }

    /** The addresses for which the fence is open. One that is open in some of its tables only is closed in all. */
    SortedSet<IpAddress> held() throws DatapathException {
        Members held = members("held");
        var partly = new TreeSet<>(held.ofAny);
        partly.removeAll(held.ofEach);
        if (!partly.isEmpty()) {
            release(partly);
        }
        return held.ofEach;
    }

    /** The addresses whose frames are fenced. */
    SortedSet<IpAddress> fenced() throws DatapathException {
        return members("eip").ofEach;
    }

    /** The addresses whose frames are fenced by one of the tables at least. */
    public SortedSet<IpAddress> known() throws DatapathException {
        return members("eip").ofAny;
    }

    /**
     * Whether a frame with this source may leave by a packet socket now. The first form stops such a frame itself; past
     * the other form it would leave, so the kernel is asked just before.
     */
    public boolean lets(IpAddress address) throws DatapathException {
        return families.contains(NftFamily.NETDEV)
                || sets.has(of("held", address.family()), NetlinkAttributes.address(address))
                        && lease.remaining()
                                .filter(left -> left.compareTo(ON_THE_WAY) > 0)
                                .isPresent();
    }

    private static String of(String set, IpFamily family) {
        return set
                + switch (family) {
                    case V4 -> "4";
                    case V6 -> "6";
                };
    }

    private void change(String set, Collection<IpAddress> addresses, boolean in) throws DatapathException {
        for (IpFamily family : IpFamily.values()) {
            String name = of(set, family);
            var keys = addresses.stream()
                    .filter(address -> address.family() == family)
                    .map(NetlinkAttributes::address)
                    .toList();
            for (int i = 0; i < keys.size(); i += AT_ONCE) {
                var some = keys.subList(i, Math.min(keys.size(), i + AT_ONCE));
                // Adding an element twice is no error, but deleting a missing one is: so it is added first.
                sets.require(
                        in
                                ? List.of(SetElements.add(name, some))
                                : List.of(SetElements.add(name, some), SetElements.delete(name, some)));
            }
        }
    }

    /** What the sets of one kind contain, in each of the tables that have them and in any. */
    private record Members(SortedSet<IpAddress> ofEach, SortedSet<IpAddress> ofAny) {}

    private Members members(String kind) throws DatapathException {
        var all = new Members(new TreeSet<>(), new TreeSet<>());
        for (IpFamily family : IpFamily.values()) {
            var tables = new ArrayList<SortedSet<IpAddress>>();
            for (var elements : sets.elements(of(kind, family))) {
                var table = new TreeSet<IpAddress>();
                elements.forEach(element -> table.add(new IpAddress(family, new BigInteger(1, element.key()))));
                tables.add(table);
            }
            var any = new TreeSet<IpAddress>();
            tables.forEach(any::addAll);
            all.ofAny.addAll(any);
            tables.forEach(any::retainAll);
            all.ofEach.addAll(any);
        }
        return all;
    }

    @Override
    public void close() {
        lease.close();
        sets.close();
    }
}
