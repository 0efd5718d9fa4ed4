package dev.baton.contract;

/** What {@code baton.declarations} holds: what users and Kubernetes want. May be nonsense; then refused by name. */
public sealed interface Declaration extends FleetEvent
        permits GatewayDeclared,
                GatewayRemoved,
                PolicyDeclared,
                PolicyRemoved,
                NodeDeclared,
                NodeRemoved,
                SettingsDeclared,
                RulesAdopted,
                ClusterNetworksDeclared,
                DrainRequested,
                EipMoveRequested,
                EipsAdopted,
                TunnelAdopted,
                RebalanceRequested,
                FleetSealed,
                FleetImported {}
