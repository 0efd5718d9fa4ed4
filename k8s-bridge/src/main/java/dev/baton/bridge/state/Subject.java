package dev.baton.bridge.state;

import dev.baton.contract.ClusterNetworksDeclared;
import dev.baton.contract.Declaration;
import dev.baton.contract.DrainRequested;
import dev.baton.contract.EipMoveRequested;
import dev.baton.contract.EipsAdopted;
import dev.baton.contract.FleetImported;
import dev.baton.contract.FleetSealed;
import dev.baton.contract.GatewayDeclared;
import dev.baton.contract.GatewayId;
import dev.baton.contract.GatewayRemoved;
import dev.baton.contract.NodeDeclared;
import dev.baton.contract.NodeId;
import dev.baton.contract.NodeRemoved;
import dev.baton.contract.PolicyDeclared;
import dev.baton.contract.PolicyId;
import dev.baton.contract.PolicyRemoved;
import dev.baton.contract.RebalanceRequested;
import dev.baton.contract.RulesAdopted;
import dev.baton.contract.SettingsDeclared;
import dev.baton.contract.TunnelAdopted;
import java.util.Optional;

/** What a declaration is about; the last declaration about a subject counts. */
public sealed interface Subject {
    record OfGateway(GatewayId gateway) implements Subject {}

    record OfPolicy(PolicyId policy) implements Subject {}

    record OfNode(NodeId node) implements Subject {}

    record OfNetworks() implements Subject {}

    /** Empty for requests, which are events rather than state, and for the settings, which no object of ours holds. */
    static Optional<Subject> of(Declaration declaration) {
        return switch (declaration) {
            case GatewayDeclared declared -> Optional.of(new OfGateway(declared.gateway()));
            case GatewayRemoved removed -> Optional.of(new OfGateway(removed.gateway()));
            case PolicyDeclared declared -> Optional.of(new OfPolicy(declared.policy()));
            case PolicyRemoved removed -> Optional.of(new OfPolicy(removed.policy()));
            case NodeDeclared declared -> Optional.of(new OfNode(declared.node()));
            case NodeRemoved removed -> Optional.of(new OfNode(removed.node()));
            case ClusterNetworksDeclared _ -> Optional.of(new OfNetworks());
            case SettingsDeclared _, DrainRequested _, EipMoveRequested _, RebalanceRequested _ -> Optional.empty();
            case FleetSealed _, FleetImported _, RulesAdopted _, EipsAdopted _, TunnelAdopted _ -> Optional.empty();
        };
    }
}
