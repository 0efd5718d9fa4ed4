package dev.baton.sim.law;

import dev.baton.contract.AssignmentStep;
import dev.baton.contract.Beginning;
import dev.baton.contract.Decision;
import dev.baton.contract.Decision.AllocationReason;
import dev.baton.contract.Decision.PolicyBound;
import dev.baton.contract.Eip;
import dev.baton.contract.EipsAdopted;
import dev.baton.contract.EipsAdopted.AdoptedEip;
import dev.baton.contract.FleetEvent;
import dev.baton.contract.FleetImported;
import dev.baton.contract.FleetSnapshot.FleetEip;
import dev.baton.contract.FleetSnapshot.FleetNode;
import dev.baton.contract.FleetSnapshot.FleetPolicy;
import dev.baton.contract.IpAddress;
import dev.baton.contract.Mark;
import dev.baton.contract.PolicyDeclared;
import dev.baton.contract.PolicyDeclared.AllocatorPolicy;
import dev.baton.contract.PolicyId;
import dev.baton.contract.PolicyRemoved;
import dev.baton.failover.core.FleetState;
import dev.baton.failover.core.Outcome;
import dev.baton.sim.menu.LawName;
import dev.baton.sim.world.World;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/** Law 6: no allocation is lost or given twice; no policy is forgotten, however many share an EIP. */
public final class AllocationsKept implements Law {
    private final TreeSet<PolicyId> declared = new TreeSet<>();
    private final TreeMap<PolicyId, Eip> bound = new TreeMap<>();
    /** What the log before this one had bound. */
    private final TreeMap<PolicyId, Eip> carried = new TreeMap<>();

    private long seen;

    @Override
    public LawName name() {
        return LawName.ALLOCATIONS_KEPT;
    }

    @Override
    public void logsBeganAnew() {
        declared.clear();
        carried.clear();
        carried.putAll(bound);
        bound.clear();
        seen = 0;
    }

    @Override
    public void check(World world) {
        for (; seen < world.ledger().decidedEnd(); seen++) {
            Outcome outcome = world.ledger().decided(seen);
            if (!outcome.decisions().isEmpty()) {
                if (outcome.decisions().stream().anyMatch(Decision.DeclarationAccepted.class::isInstance)) {
                    FleetEvent event = world.logs().fleet().get(seen).value().event();
                    accepted(event);
                    if (event instanceof EipsAdopted adopted) {
                        adopted(adopted, outcome);
                    }
                }
                if (outcome.state().beginning() != Beginning.IMPORTING) { // its parts are still to come
                    check(outcome.state());
                }
            }
        }
    }

    private void accepted(FleetEvent event) {
        if (event instanceof PolicyDeclared policy) {
            declared.add(policy.policy());
        } else if (event instanceof FleetImported(FleetPolicy policy)) {
            imported(policy);
        } else if (event instanceof PolicyRemoved policy) {
            declared.remove(policy.policy());
            bound.remove(policy.policy());
        }
    }

    /** Policies get what the lines say; one that had such an address and is in no line may have to give it away. */
    private void adopted(EipsAdopted adopted, Outcome outcome) {
        var lines = new TreeMap<PolicyId, TreeSet<Eip>>();
        var addresses = new TreeSet<IpAddress>();
        for (AdoptedEip line : adopted.eips()) {
            addresses.addAll(line.eip().addresses());
            line.policies()
                    .forEach(policy ->
                            lines.computeIfAbsent(policy, id -> new TreeSet<>()).add(line.eip()));
        }
        for (Decision decision : outcome.decisions()) {
            if (decision instanceof PolicyBound to && to.reason() == AllocationReason.ADOPTED) {
                if (!lines.getOrDefault(to.policy(), new TreeSet<>()).contains(to.eip())) {
                    throw broken("no line of " + adopted + " says " + to);
                }
                bound.put(to.policy(), to.eip());
            }
        }
        for (FleetPolicy policy : outcome.state().policies().values()) {
            PolicyId id = policy.spec().policy();
            Optional<Eip> before = Optional.ofNullable(bound.get(id));
            boolean mayGo = policy.spec().egressIp().allocator() == AllocatorPolicy.RR
                    && before.stream().flatMap(eip -> eip.addresses().stream()).anyMatch(addresses::contains);
            if (mayGo && !policy.eip().equals(before)) {
                bound.remove(id);
            }
        }
    }

    private void imported(FleetPolicy policy) {
        PolicyId id = policy.spec().policy();
        declared.add(id);
        Eip before = carried.get(id);
        if (before != null && !policy.eip().equals(Optional.of(before))) {
            throw broken("policy " + id + " had " + before + " and is imported with " + policy.eip());
        }
    }

    private void check(FleetState state) {
        var known = new TreeSet<PolicyId>();
        for (FleetPolicy policy : state.policies().values()) {
            PolicyId id = policy.spec().policy();
            known.add(id);
            Eip before = bound.get(id);
            if (before != null && !policy.eip().filter(before::equals).isPresent()) {
                throw broken("policy " + id + " had " + before + " and now has " + policy.eip());
            }
            policy.eip().ifPresent(eip -> {
                bound.put(id, eip);
                if (!state.eips().contains(eip)) {
                    throw broken("policy " + id + " uses " + eip + ", which is not allocated");
                }
            });
        }
        if (!known.equals(declared)) {
            throw broken("policies declared are " + declared + ", policies known are " + known);
        }
        checkOnce(state);
    }

    private void checkOnce(FleetState state) {
        var addresses = new TreeSet<IpAddress>();
        var used = new TreeSet<IpAddress>();
        var given = new TreeSet<IpAddress>();
        var marks = new TreeSet<Mark>();
        for (FleetEip eip : state.eips().values()) {
            Eip id = eip.assignment().eip();
            // Only for another EIP that is let go of may an adopted one have to wait.
            boolean isUsed = state.uses().contains(id);
            boolean isGiven = eip.assignment().step() != AssignmentStep.WAITING;
            for (IpAddress address : id.addresses()) {
                addresses.add(address);
                if (isUsed && !used.add(address)) {
                    throw broken("address " + address + " is in two EIPs that policies use");
                }
                if (isGiven && !given.add(address)) {
                    throw broken("address " + address + " is in two EIPs that nodes may hold");
                }
            }
            if (!marks.add(eip.assignment().mark())) {
                throw broken("mark " + eip.assignment().mark() + " is given twice");
            }
        }
        for (FleetNode node : state.nodes().values()) {
            node.tunnel().ifPresent(tunnel -> {
                if (!addresses.add(tunnel.ipv4()) || !addresses.add(tunnel.ipv6()) || !marks.add(tunnel.mark())) {
                    throw broken("tunnel " + tunnel + " of " + node.node() + " shares something");
                }
            });
        }
    }
}
