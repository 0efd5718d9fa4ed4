package dev.baton.failover.core;

import dev.baton.contract.Decision.AllocationReason;
import dev.baton.contract.Eip;
import dev.baton.contract.EipsAdopted;
import dev.baton.contract.EipsAdopted.AdoptedEip;
import dev.baton.contract.FleetSnapshot.FleetEip;
import dev.baton.contract.FleetSnapshot.FleetGateway;
import dev.baton.contract.FleetSnapshot.FleetNode;
import dev.baton.contract.FleetSnapshot.FleetPolicy;
import dev.baton.contract.IpAddress;
import dev.baton.contract.PolicyDeclared.EgressIp;
import dev.baton.contract.PolicyId;
import dev.baton.contract.RefusalReason;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * The lines of an adoption: those that contradict what is declared, and what is left of the others. A policy that
 * contradicts leaves its line, the line stays for the other policies.
 *
 * @param taken each with at least one policy; no two of them have an address or a policy in common
 */
record AdoptedLines(List<AdoptedEip> taken, List<Refusal> refused) {

    static Optional<Refusal> unknownGateway(Turn turn, EipsAdopted adopted) {
        return turn.state().gateways().contains(adopted.gateway())
                ? Optional.empty()
                : Optional.of(new Refusal(
                        "adoption of gateway " + adopted.gateway(),
                        RefusalReason.GATEWAY_UNKNOWN,
                        "no gateway of this name is declared"));
    }

    static AdoptedLines of(Turn turn, EipsAdopted adopted) {
        FleetGateway gateway = turn.state().gateways().get(adopted.gateway()).orElseThrow();
        var taken = new ArrayList<AdoptedEip>();
        var refused = new ArrayList<Refusal>();
        var policies = new TreeSet<PolicyId>();
        for (AdoptedEip line : adopted.eips()) {
            if (line.policies().isEmpty()) {
                continue; // it went back to its pool there, and so it is here
            }
            Optional<Refusal> refusal = refusal(turn, gateway, line, taken);
            if (refusal.isPresent()) {
                refused.add(refusal.get());
                continue;
            }
            var kept = new ArrayList<PolicyId>();
            for (PolicyId policy : line.policies()) {
                Optional<Refusal> theirs = refusal(turn, gateway, line, policy, policies);
                theirs.ifPresentOrElse(refused::add, () -> kept.add(policy));
                policies.add(policy);
            }
            if (!kept.isEmpty()) {
                taken.add(new AdoptedEip(line.eip(), line.node(), kept));
            }
        }
        removePaired(turn, taken, refused);
        return new AdoptedLines(taken, refused);
    }

    static String subject(AdoptedEip line) {
        return "eip " + line.eip();
    }

    private static Optional<Refusal> refusal(
            Turn turn, FleetGateway gateway, AdoptedEip line, List<AdoptedEip> earlier) {
        Eip eip = line.eip();
        boolean inPool = eip.isNodeAddress()
                ? eip.nodeAddressOf().equals(Optional.of(gateway.spec().gateway()))
                : eip.ipv4().stream().allMatch(gateway.spec().ipv4Pool()::contains)
                        && eip.ipv6().stream().allMatch(gateway.spec().ipv6Pool()::contains);
        if (!inPool) {
            return refuse(
                    line,
                    RefusalReason.ADDRESS_OUTSIDE_POOL,
                    "gateway " + gateway.spec().gateway() + " has "
                            + gateway.spec().ipv4Pool() + " and "
                            + gateway.spec().ipv6Pool());
        }
        for (IpAddress address : eip.addresses()) {
            Optional<UnusableAddresses.Problem> problem = UnusableAddresses.in(turn, address);
            if (problem.isPresent()) {
                return problem.map(why -> why.refusal(subject(line), "status.nodeList.eips"));
            }
        }
        Optional<AdoptedEip> same = earlier.stream()
                .filter(other -> other.eip().equals(eip) || share(other.eip(), eip))
                .findFirst();
        if (same.isPresent()) {
            return refuse(
                    line,
                    RefusalReason.ADOPTED_TWICE,
                    "it was found on node "
                            + same.get().node().map(Object::toString).orElse("-") + " as "
                            + same.get().eip() + " already; it can be on one node only");
        }
        boolean known = line.node().stream()
                .allMatch(node -> turn.state()
                        .nodes()
                        .get(node)
                        .filter(FleetNode::declared)
                        .isPresent());
        return known
                ? Optional.empty()
                : refuse(
                        line,
                        RefusalReason.NODE_UNKNOWN,
                        "no node " + line.node().orElseThrow() + " is declared");
    }

    private static Optional<Refusal> refusal(
            Turn turn, FleetGateway gateway, AdoptedEip line, PolicyId id, SortedSet<PolicyId> earlier) {
        String subject = "policy " + id + " of eip " + line.eip();
        Optional<FleetPolicy> known = turn.state().policies().get(id);
        if (known.isEmpty()) {
            return Optional.of(
                    new Refusal(subject, RefusalReason.POLICY_UNKNOWN, "no policy of this name is declared"));
        }
        if (!known.get().gateway().equals(gateway.spec().gateway())) {
            return Optional.of(new Refusal(
                    subject,
                    RefusalReason.POLICY_OF_ANOTHER_GATEWAY,
                    "it uses gateway " + known.get().gateway()));
        }
        if (earlier.contains(id)) {
            return Optional.of(new Refusal(
                    subject, RefusalReason.ADOPTED_TWICE, "it was found at another EIP of the gateway already"));
        }
        EgressIp asked = known.get().spec().egressIp();
        boolean fits = asked.useNodeIp() == line.eip().isNodeAddress()
                && (asked.ipv4().isEmpty() || asked.ipv4().equals(line.eip().ipv4()))
                && (asked.ipv6().isEmpty() || asked.ipv6().equals(line.eip().ipv6()));
        return fits
                ? Optional.empty()
                : Optional.of(new Refusal(
                        subject,
                        RefusalReason.POLICY_ASKS_OTHERWISE,
                        "its spec.egressIP asks for "
                                + (asked.useNodeIp()
                                        ? "the node's address"
                                        : asked.isNamed()
                                                ? Eip.of(asked.ipv4(), asked.ipv6())
                                                : "an EIP of the pool")));
    }

    /** A policy that is in no line may keep an address that a line pairs with another one: unless it can go. */
    private static void removePaired(Turn turn, List<AdoptedEip> taken, List<Refusal> refused) {
        boolean again = true;
        while (again) { // ends: each round but the last takes a line away
            SortedSet<PolicyId> moving = policies(taken);
            Optional<AdoptedEip> split = taken.stream()
                    .filter(line -> stays(turn, line, moving).isPresent())
                    .findFirst();
            again = split.isPresent();
            split.ifPresent(line -> {
                FleetPolicy policy = stays(turn, line, moving).orElseThrow();
                taken.remove(line);
                refused.add(new Refusal(
                        subject(line),
                        RefusalReason.ADDRESS_PAIRED_OTHERWISE,
                        "policy " + policy.spec().policy() + " uses "
                                + policy.eip().orElseThrow() + ", which is allocated as it stands"));
            });
        }
    }

    /** A policy that keeps an EIP which has an address of the line and is another one. */
    private static Optional<FleetPolicy> stays(Turn turn, AdoptedEip line, SortedSet<PolicyId> moving) {
        List<Eip> sharing = sharing(turn, line.eip());
        return sharing.isEmpty()
                ? Optional.empty()
                : turn.state().policies().values().stream()
                        .filter(policy -> policy.eip().filter(sharing::contains).isPresent())
                        .filter(policy -> !moving.contains(policy.spec().policy()) && !canHaveAnother(policy))
                        .findFirst();
    }

    /** It asked for any EIP of the pool, and got one that EgressGateway had given to another policy. */
    private static boolean canHaveAnother(FleetPolicy policy) {
        return Allocation.reasonOf(policy.spec()) == AllocationReason.FREE_OF_POOL;
    }

    /** The policies in no line that must find another EIP, because a line has theirs. */
    SortedSet<PolicyId> giveWay(Turn turn) {
        SortedSet<PolicyId> moving = policies(taken);
        var eips = new TreeSet<Eip>();
        for (AdoptedEip line : taken) {
            eips.add(line.eip());
            eips.addAll(sharing(turn, line.eip()));
        }
        var away = new TreeSet<PolicyId>();
        for (FleetPolicy policy : turn.state().policies().values()) {
            if (policy.eip().filter(eips::contains).isPresent()
                    && !moving.contains(policy.spec().policy())
                    && canHaveAnother(policy)) {
                away.add(policy.spec().policy());
            }
        }
        return away;
    }

    private static SortedSet<PolicyId> policies(List<AdoptedEip> lines) {
        var policies = new TreeSet<PolicyId>();
        lines.forEach(line -> policies.addAll(line.policies()));
        return policies;
    }

    /** The other EIPs that have one of its addresses. */
    static List<Eip> sharing(Turn turn, Eip eip) {
        var sharing = new ArrayList<Eip>();
        for (Table.Entry<Eip, FleetEip> other : turn.state().eips()) {
            if (!other.key().equals(eip) && share(other.key(), eip)) {
                sharing.add(other.key());
            }
        }
        return sharing;
    }

    private static boolean share(Eip one, Eip other) {
        return one.addresses().stream().anyMatch(other::has);
    }

    private static Optional<Refusal> refuse(AdoptedEip line, RefusalReason reason, String detail) {
        return Optional.of(new Refusal(subject(line), reason, detail));
    }
}
