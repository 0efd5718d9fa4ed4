package dev.baton.agent;

import dev.baton.contract.DatapathFault;
import dev.baton.contract.Eip;
import dev.baton.contract.IpAddress;
import dev.baton.contract.ParentInterface;
import dev.baton.datapath.ApplyReport;
import dev.baton.datapath.Datapath;
import dev.baton.datapath.DatapathException;
import dev.baton.datapath.Health;
import dev.baton.datapath.KernelLease;
import dev.baton.datapath.core.DesiredState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;

/** A node's kernel: outlives the agents that program it, and stops frames when the lease ran out. */
final class MemoryKernel {
    private final SortedMap<Eip, DesiredState.Role> roles = new TreeMap<>();
    private final SortedSet<Eip> refused = new TreeSet<>();
    private Optional<Long> leaseUntilNanos = Optional.empty();
    private int changes;
    private int renewals;
    private boolean deaf;
    private boolean busy;
    private boolean busyRenewing;
    private int waiting;
    private boolean egressGateways;
    private boolean handedOver;

    /** EIPs whose frames may leave at this moment. */
    synchronized SortedSet<Eip> emitting() {
        var emitting = new TreeSet<Eip>();
        if (isLeaseRunning()) {
            roles.forEach((eip, role) -> {
                if (role instanceof DesiredState.Role.Hold) {
                    emitting.add(eip);
                }
            });
        }
        return emitting;
    }

    /** EgressGateway's agent programs the node as well. */
    synchronized void programByEgressGateway() {
        egressGateways = true;
    }

    synchronized boolean isHandedOver() {
        return handedOver;
    }

    /** How often anything was changed, apart from the lease. */
    synchronized int changes() {
        return changes;
    }

    synchronized void refuse(Eip eip) {
        refused.add(eip);
    }

    /** From now on every change of the whole fails. */
    synchronized void breakDown() {
        deaf = true;
    }

    /** From now on whoever changes anything but the lease waits, for {@link #goOn}. */
    synchronized void beBusy() {
        busy = true;
    }

    /** From now on whoever renews the lease waits, for {@link #goOn}. */
    synchronized void beBusyRenewing() {
        busyRenewing = true;
    }

    synchronized void goOn() {
        busy = false;
        busyRenewing = false;
        notifyAll();
    }

    synchronized boolean isSomebodyWaiting() {
        return waiting > 0;
    }

    /** How often a running lease was renewed. */
    synchronized int renewals() {
        return renewals;
    }

    synchronized boolean isLeaseRunning() {
        return leaseUntilNanos.map(until -> until - System.nanoTime() > 0).orElse(false);
    }

    Datapath datapath() {
        return new Programmed();
    }

    private void awaitLeisure(BooleanSupplier isBusy) throws DatapathException {
        try {
            waiting++;
            while (isBusy.getAsBoolean()) {
                wait();
            }
            waiting--;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new DatapathException(DatapathFault.TOOL_DEADLINE, "interrupted", e);
        }
    }

    private final class Programmed implements Datapath, KernelLease {
        @Override
        public void open(Set<Eip> remembered) {}

        @Override
        public void withdraw() {
            synchronized (MemoryKernel.this) {
                leaseUntilNanos = Optional.empty();
                changes += roles.isEmpty() ? 0 : 1;
                roles.clear();
            }
        }

        @Override
        public ApplyReport apply(DesiredState desired) throws DatapathException {
            synchronized (MemoryKernel.this) {
                awaitLeisure(() -> busy);
                if (deaf) {
                    throw new DatapathException(DatapathFault.FIREWALL, "the kernel is deaf");
                }
                var results = new ArrayList<ApplyReport.Result>();
                desired.eips().forEach((eip, route) -> {
                    if (refused.contains(eip)) {
                        results.add(new ApplyReport.Result(
                                eip, DatapathFault.ADDRESS, "refused", Optional.empty(), Duration.ZERO));
                    } else if (!route.role().equals(roles.put(eip, route.role()))) {
                        changes++;
                        results.add(
                                new ApplyReport.Result(eip, DatapathFault.NONE, "", Optional.empty(), Duration.ZERO));
                    }
                });
                roles.keySet().retainAll(desired.eips().keySet());
                return new ApplyReport(results);
            }
        }

        @Override
        public Health check() {
            return new Health(DatapathFault.NONE, "", List.of(), 0);
        }

        @Override
        public KernelLease lease() {
            return this;
        }

        @Override
        public Optional<ParentInterface> parent() {
            return Optional.of(
                    new ParentInterface("eth0", Optional.of(IpAddress.parse("192.0.2.1")), Optional.empty()));
        }

        @Override
        public void cleanup() {}

        @Override
        public boolean isProgrammedByEgressGateway() {
            synchronized (MemoryKernel.this) {
                return egressGateways;
            }
        }

        @Override
        public void handOver() {
            synchronized (MemoryKernel.this) {
                handedOver = true;
            }
        }

        @Override
        public void close() {}

        @Override
        public void begin(long untilNanos) {
            synchronized (MemoryKernel.this) {
                leaseUntilNanos = Optional.of(untilNanos);
            }
        }

        @Override
        public Renewal renew(long untilNanos) throws DatapathException {
            synchronized (MemoryKernel.this) {
                awaitLeisure(() -> busyRenewing);
                if (!isLeaseRunning()) {
                    return Renewal.LAPSED;
                }
                leaseUntilNanos = Optional.of(untilNanos);
                renewals++;
                return Renewal.RENEWED;
            }
        }

        @Override
        public void revoke() {
            synchronized (MemoryKernel.this) {
                leaseUntilNanos = Optional.empty();
            }
        }

        @Override
        public Optional<Duration> remaining() {
            synchronized (MemoryKernel.this) {
                return isLeaseRunning()
                        ? leaseUntilNanos.map(until -> Duration.ofNanos(until - System.nanoTime()))
                        : Optional.empty();
            }
        }
    }
}
