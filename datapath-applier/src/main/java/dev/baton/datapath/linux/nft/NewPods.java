package dev.baton.datapath.linux.nft;

import dev.baton.contract.Cidr;
import dev.baton.contract.DatapathFault;
import dev.baton.contract.IpAddress;
import dev.baton.contract.IpFamily;
import dev.baton.datapath.DatapathException;
import dev.baton.datapath.Health.NewPodPackets;
import dev.baton.datapath.core.DesiredState;
import dev.baton.datapath.linux.netlink.NetlinkAttributes;
import dev.baton.datapath.linux.route.Parent;
import dev.baton.datapath.linux.tool.ResidentTool;
import dev.baton.datapath.linux.tool.RunTool;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps this node's pods from the outside until it is said whether a policy selects them, where somebody says so. A
 * table of its own ({@link NewPodsTable}), which stands beside whatever marks and translates. Pods come and go by
 * netlink: the table is only written anew when an interface or the cluster's networks change. Where the kernel does not
 * take it, pods leave at once, as without it; no EIP moves for that. Used by one thread.
 */
public final class NewPods implements AutoCloseable {
    public static final String TABLE = NewPodsTable.NAME;

    private static final Logger log = LoggerFactory.getLogger(NewPods.class);
    private static final int ELEMENTS_A_MESSAGE = 500;
    private static final Duration SAY_EVERY = Duration.ofSeconds(10);
    private static final Duration TRY_AGAIN_AFTER = Duration.ofSeconds(5);

    private final RunTool tools;
    private final Optional<String> namespace;
    private final Duration wait;
    private final ManagedTable table;
    /** Empty as long as we do not know what the kernel holds, and when there should be no table. */
    private Optional<NftTable> programmed = Optional.empty();

    private List<Object> madeOf = List.of();
    private SortedSet<IpAddress> known = new TreeSet<>();
    private long saidNanos;
    private boolean ended;
    /** Empty: the last change succeeded. */
    private Optional<Long> failedNanos = Optional.empty();

    private NewPodPackets before = NewPodPackets.NONE;
    private NewPodPackets now = NewPodPackets.NONE;
    private @Nullable NftSocket socket;

    /** @param wait how long a pod is kept at most; zero: not at all */
    public NewPods(RunTool tools, ResidentTool terse, Optional<String> namespace, Duration wait) {
        this.tools = tools;
        this.namespace = namespace;
        this.wait = wait;
        this.table = new ManagedTable(tools, terse);
    }

    /** Makes the table as this state wants it: after what marks the packets of the pods that it lets pass. */
    public void ensure(DesiredState desired, Parent parent) {
        try {
            Optional<SortedSet<IpAddress>> pods = desired.knownPods().filter(_ -> !wait.isZero());
            if (pods.isPresent()) {
                make(desired, pods.get(), Outside.of(desired, parent));
            } else {
                end();
            }
            failedNanos = Optional.empty();
        } catch (DatapathException e) {
            programmed = Optional.empty();
            if (failedNanos.isEmpty()) {
                log.warn("event=new_pods_not_held reason=\"{}\"", e.getMessage());
            }
            failedNanos = Optional.of(System.nanoTime());
        }
    }

    private void make(DesiredState desired, SortedSet<IpAddress> pods, Outside outside) throws DatapathException {
        ended = false;
        List<Object> wanted = List.of(outside, desired.clusterCidrs());
        if (programmed.isEmpty() || !wanted.equals(madeOf)) {
            write(outside, desired.clusterCidrs(), pods);
            madeOf = wanted;
        }
        if (!known.equals(pods)) {
            update(pods);
        }
    }

    private void write(Outside outside, SortedSet<Cidr> inside, SortedSet<IpAddress> pods) throws DatapathException {
        NftTable wanted = NewPodsTable.of(outside, inside, new TreeSet<>(), wait);
        if (programmed.isEmpty()) {
            before = packets();
            change(NewPodsTable.replacement(NewPodsTable.of(outside, inside, pods, wait)));
            saidNanos = System.nanoTime();
            known = new TreeSet<>(pods);
        } else {
            change(wanted.from(programmed.get()));
        }
        table.madeStructure(wanted);
        programmed = Optional.of(wanted);
    }

    private void change(String transaction) throws DatapathException {
        if (!transaction.isEmpty()) {
            tools.require(DatapathFault.FIREWALL, transaction, "nft", "-f", "-");
        }
    }

    private void update(SortedSet<IpAddress> pods) throws DatapathException {
        List<IpAddress> gone = known.stream().filter(pod -> !pods.contains(pod)).toList();
        List<IpAddress> come = pods.stream().filter(pod -> !known.contains(pod)).toList();
        var changes = new ArrayList<NftSocket.Change>();
        for (IpFamily family : IpFamily.values()) {
            String set = NewPodsTable.known(family);
            keys(gone, family).forEach(some -> delete(set, some, changes));
            for (List<byte[]> some : keys(come, family)) {
                changes.add(change(SetElements.add(set, some)));
                // The next pod with such an address waits like any other.
                delete(NewPodsTable.waiting(family), some, changes);
                delete(NewPodsTable.waited(family), some, changes);
            }
        }
        int error = kernel().transaction(changes);
        if (error != 0) {
            throw new DatapathException(DatapathFault.FIREWALL, "the set of known pods: error " + error);
        }
        known = new TreeSet<>(pods);
    }

    /** To delete what is not there is an error, to add what is there is none: so it is added first. */
    private static void delete(String set, List<byte[]> keys, List<NftSocket.Change> changes) {
        changes.add(change(SetElements.add(set, keys)));
        changes.add(change(SetElements.delete(set, keys)));
    }

    private static NftSocket.Change change(SetElements elements) {
        return new NftSocket.Change(NftFamily.INET, elements);
    }

    private static List<List<byte[]>> keys(List<IpAddress> pods, IpFamily family) {
        List<byte[]> all = pods.stream()
                .filter(pod -> pod.family() == family)
                .map(NetlinkAttributes::address)
                .toList();
        var parts = new ArrayList<List<byte[]>>();
        for (int i = 0; i < all.size(); i += ELEMENTS_A_MESSAGE) {
            parts.add(all.subList(i, Math.min(all.size(), i + ELEMENTS_A_MESSAGE)));
        }
        return parts;
    }

    /** An agent that ran before may have left one. */
    private void end() throws DatapathException {
        if (!ended) {
            before = packets();
            change(deletion());
            table.forget();
            programmed = Optional.empty();
            known = Collections.emptySortedSet();
            ended = true;
        }
    }

    /** Looks whether the table stands, and makes it anew if it does not. */
    public void look(DesiredState desired, Parent parent, boolean atOnce, List<String> drifted) {
        try {
            if (programmed.isPresent() && table.hasDrifted(false, atOnce)) {
                drifted.add("table of new pods");
                programmed = Optional.empty();
            }
            if (programmed.isPresent() && System.nanoTime() - saidNanos > SAY_EVERY.toNanos()) {
                sayThatItLives();
            }
        } catch (DatapathException e) {
            log.debug("event=new_pods_not_looked_at reason=\"{}\"", e.getMessage());
        }
        long begin = System.nanoTime();
        boolean dueAgain = failedNanos
                .map(failed -> begin - failed > TRY_AGAIN_AFTER.toNanos())
                .orElse(programmed.isEmpty());
        if (dueAgain) {
            ensure(desired, parent);
        }
    }

    private void sayThatItLives() throws DatapathException {
        var put =
                change(SetElements.add(NewPodsTable.ALIVE, NewPodsTable.PROTOCOLS, NewPodsTable.ALIVE_FOR.toMillis()));
        // What is there already keeps its time, so it is put in anew.
        kernel().transaction(List.of(put, change(SetElements.delete(NewPodsTable.ALIVE, NewPodsTable.PROTOCOLS)), put));
        saidNanos = System.nanoTime();
    }

    /** Since this agent began. */
    public NewPodPackets packets() {
        if (programmed.isPresent()) {
            try {
                now = max(
                        now,
                        new NewPodPackets(
                                before.held() + NftCounter.packets(namespace, TABLE, NewPodsTable.HELD),
                                before.letGo() + NftCounter.packets(namespace, TABLE, NewPodsTable.LET_GO)));
            } catch (DatapathException e) {
                log.debug("event=new_pods_not_counted reason=\"{}\"", e.getMessage());
            }
        }
        return now;
    }

    private static NewPodPackets max(NewPodPackets one, NewPodPackets other) {
        return new NewPodPackets(Math.max(one.held(), other.held()), Math.max(one.letGo(), other.letGo()));
    }

    private NftSocket kernel() throws DatapathException {
        NftSocket open = socket;
        if (open == null) {
            open = NftSocket.open(namespace, TABLE, DatapathFault.FIREWALL);
            socket = open;
        }
        return open;
    }

    /** The commands that delete the table, wherever it is. */
    public static String deletion() {
        return ManagedTable.deletion(PolicyTable.FAMILY, TABLE);
    }

    @Override
    public void close() {
        NftSocket open = socket;
        socket = null;
        if (open != null) {
            open.close();
        }
    }
}
