package dev.baton.bridge.status;

import dev.baton.bridge.state.FleetView;
import dev.baton.contract.Decision.AlertCode;
import dev.baton.contract.FleetSnapshot.FleetEip;
import dev.baton.contract.FleetSnapshot.FleetNode;
import dev.baton.contract.FleetSnapshot.Quarantine;
import dev.baton.contract.IpAddress;
import dev.baton.contract.MacAddress;
import dev.baton.contract.TunnelPhase;
import java.util.List;
import java.util.Optional;

/** Why nobody holds an EIP, as far as the fleet's state says it. */
record WithoutHolder(AlertCode code, String message) {
    static WithoutHolder of(FleetEip eip, FleetView standing) {
        Optional<MacAddress> owner = eip.quarantined().stream()
                .map(Quarantine::owner)
                .flatMap(Optional::stream)
                .findFirst();
        if (owner.isPresent()) {
            return new WithoutHolder(
                    AlertCode.ADDRESS_IN_USE,
                    "the machine " + owner.get() + " has this address: traffic is dropped until it answers no more");
        }
        return new WithoutHolder(
                AlertCode.EIP_WITHOUT_HOLDER,
                outOfReach(eip, standing)
                        .map(address -> "no Ready node of the gateway has an interface in the network of " + address
                                + ", and other nodes have: traffic is dropped until one has")
                        .orElseGet(() -> PolicyStatuses.explained(AlertCode.EIP_WITHOUT_HOLDER)));
    }

    /** An address of the EIP that is in a network of some node, and in none of those that could hold it otherwise. */
    private static Optional<IpAddress> outOfReach(FleetEip eip, FleetView standing) {
        List<FleetNode> ready = standing.nodes().stream()
                .filter(node -> node.live() == TunnelPhase.READY && isSelected(node, eip, standing))
                .toList();
        return eip.assignment().eip().addresses().stream()
                .filter(address -> !ready.isEmpty()
                        && ready.stream().allMatch(node -> !node.networks().isEmpty() && !node.isIn(address)))
                .filter(address -> standing.nodes().stream().anyMatch(node -> node.isIn(address)))
                .findFirst();
    }

    private static boolean isSelected(FleetNode node, FleetEip eip, FleetView standing) {
        return node.declared()
                && standing.gateway(eip.assignment().gateway())
                        .filter(gateway -> gateway.spec().nodeSelector().matches(node.labels()))
                        .isPresent();
    }
}
