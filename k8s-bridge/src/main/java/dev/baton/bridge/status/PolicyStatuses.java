package dev.baton.bridge.status;

import dev.baton.bridge.api.Condition;
import dev.baton.bridge.api.PolicyStatus;
import dev.baton.bridge.state.FleetView;
import dev.baton.contract.Assignment;
import dev.baton.contract.Decision.AlertCode;
import dev.baton.contract.Decision.DeclarationRefused;
import dev.baton.contract.FleetSnapshot.FleetEip;
import dev.baton.contract.FleetSnapshot.FleetPolicy;
import dev.baton.contract.Holder;
import dev.baton.contract.IpAddress;
import dev.baton.contract.PolicyId;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** The status of a policy, as {@code kubectl get egp} prints it: EIP and holder, and in the conditions why. */
public final class PolicyStatuses {
    private PolicyStatuses() {}

    /**
     * The inputs that determine a policy's status: equal inputs give the same status.
     *
     * @param malformed why the readers refused it, if they did
     * @param refusal why the coordinator refused it, if it did
     */
    public record Basis(
            long generation,
            Optional<FleetPolicy> policy,
            Optional<FleetEip> eip,
            Optional<WithoutHolder> unheld,
            Optional<String> malformed,
            Optional<DeclarationRefused> refusal,
            PolicyStatus existing) {}

    public static Basis basis(
            PolicyId policy,
            long generation,
            FleetView standing,
            Optional<String> malformed,
            Optional<DeclarationRefused> refusal,
            PolicyStatus existing) {
        Optional<FleetPolicy> known = standing.policy(policy);
        Optional<FleetEip> eip = known.flatMap(FleetPolicy::eip).flatMap(standing::eip);
        Optional<WithoutHolder> unheld =
                eip.filter(one -> one.assignment().holder().isEmpty()).map(one -> WithoutHolder.of(one, standing));
        return new Basis(generation, known, eip, unheld, malformed, refusal, existing);
    }

    /** @param now the transition time of conditions that change */
    public static PolicyStatus of(Basis basis, Instant now) {
        boolean known = basis.policy().isPresent();
        var verdicts = new Conditions(basis.generation(), basis.existing().conditions(), now)
                .accepted(basis.malformed(), basis.refusal(), known);
        basis.eip().ifPresent(verdicts::assigned);
        if (known) {
            Optional<AlertCode> alert = basis.unheld().map(WithoutHolder::code).or(() -> alert(basis.eip()));
            String message = basis.unheld()
                    .map(WithoutHolder::message)
                    .or(() -> alert.map(PolicyStatuses::explained))
                    .orElse("");
            verdicts.degraded(alert, message);
        }
        return status(basis.eip(), verdicts.conditions());
    }

    /** While nobody holds the EIP, the policy keeps it and no node is shown. */
    private static PolicyStatus status(Optional<FleetEip> eip, List<Condition> conditions) {
        Optional<Assignment> assignment = eip.map(FleetEip::assignment);
        return new PolicyStatus(
                new PolicyStatus.PolicyEip(
                        text(assignment.flatMap(a -> a.eip().ipv4())),
                        text(assignment.flatMap(a -> a.eip().ipv6()))),
                assignment
                        .flatMap(Assignment::holder)
                        .map(Holder::node)
                        .map(Object::toString)
                        .orElse(""),
                conditions);
    }

    private static Optional<AlertCode> alert(Optional<FleetEip> eip) {
        if (eip.isEmpty()) {
            return Optional.of(AlertCode.POOL_EXHAUSTED);
        }
        return eip.get().alerted() ? Optional.of(AlertCode.RELEASE_OVERDUE) : Optional.empty();
    }

    static String explained(AlertCode alert) {
        return switch (alert) {
            case EIP_WITHOUT_HOLDER -> "no eligible node: traffic is dropped until one is Ready";
            case RELEASE_OVERDUE -> "the holder does not let go, so nobody else may have the EIP yet";
            case ALL_CANDIDATES_FAILED -> "every candidate failed; tried again after a pause";
            case FAILOVER_HELD -> "too many of the gateway's nodes are silent at once: its moves wait";
            case POOL_EXHAUSTED -> "the gateway has no free address: traffic is dropped";
            case POOL_OVERLAPS_CLUSTER ->
                "the pool has addresses of the cluster's services, pods or nodes: no more of them are given to"
                        + " policies";
            case RECORDS_PASSED_OVER -> "records were passed over that nobody can read";
            case ADDRESS_IN_USE -> "another machine has this address: traffic is dropped until it answers no more";
            case ADDRESS_CLAIMED ->
                "another machine claims this address: the holder keeps and defends it, but answers may go there"
                        + " meanwhile";
            case PATH_LOST -> "a node has lost the path through another node's tunnel";
            case NODE_UNREACHABLE -> "most nodes have lost the path through a node's tunnel: its EIPs move to others";
        };
    }

    private static String text(Optional<IpAddress> address) {
        return address.map(IpAddress::toString).orElse("");
    }
}
