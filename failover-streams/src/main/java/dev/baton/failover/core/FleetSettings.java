package dev.baton.failover.core;

import dev.baton.contract.RefusalReason;
import dev.baton.contract.Settings;
import dev.baton.contract.SettingsDeclared;
import java.util.Optional;

/** The settings of the fleet: what may be declared. A tunnel subnet is fixed once a node has an address of it. */
final class FleetSettings {
    private FleetSettings() {}

    static void settingsDeclared(Turn turn, SettingsDeclared declared, long origin) {
        boolean inUse = turn.state().nodes().values().stream()
                .anyMatch(node -> node.tunnel().isPresent());
        Optional<Refusal> refusal = inUse && changesSubnets(turn.state().settings(), declared.settings())
                ? Optional.of(new Refusal(
                        "settings",
                        RefusalReason.SUBNET_IN_USE,
                        "tunnelIpv4Subnet and tunnelIpv6Subnet are fixed once a node has a tunnel address"))
                : Optional.empty();
        if (Refusal.acceptOrRefuse(turn, origin, refusal)) {
            Settings before = turn.state().settings();
            turn.put(declared.settings());
            Beginnings.settingsDeclared(turn, before);
        }
    }

    private static boolean changesSubnets(Settings before, Settings after) {
        return !before.tunnelIpv4Subnet().equals(after.tunnelIpv4Subnet())
                || !before.tunnelIpv6Subnet().equals(after.tunnelIpv6Subnet());
    }
}
