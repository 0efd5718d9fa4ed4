package dev.baton.launcher;

import dev.baton.contract.Declaration;
import dev.baton.contract.FleetId;
import dev.baton.contract.Sequenced;
import dev.baton.contract.Settings;
import dev.baton.contract.SettingsDeclared;
import dev.baton.contract.wire.Logs;
import dev.baton.contract.wire.WireCodec;
import dev.baton.failover.core.FleetState;
import dev.baton.failover.replay.LogEntry;
import dev.baton.failover.replay.LogReader;
import dev.baton.launcher.client.FleetFollower;
import java.util.Map;
import java.util.Optional;

/** Reads a fleet's settings as a coordinator that starts now will have them. */
public final class SettingsInForce {
    private SettingsInForce() {}

    /**
     * The settings after all of the fleet log and after declarations that no coordinator has folded yet. Empty if no
     * settings were ever declared.
     */
    public static Optional<Settings> read(Map<String, Object> client, WireCodec codec, FleetId fleet) {
        FleetState state = folded(client, codec, fleet);
        Optional<Settings> settings = state.declarationsOrigin().map(origin -> state.settings());
        long next = state.declarationsOrigin().map(Sequenced.Origin::offset).orElse(-1L) + 1;
        try (var reader = new LogReader(client, codec, fleet)) {
            for (LogEntry<Declaration> entry : reader.read(Logs.DECLARATIONS, next)) {
                if (entry.value() instanceof SettingsDeclared declared) {
                    settings = Optional.of(declared.settings());
                }
            }
        }
        return settings;
    }

    private static FleetState folded(Map<String, Object> client, WireCodec codec, FleetId fleet) {
        try (var follower = new FleetFollower(client, codec, fleet)) {
            return follower.catchUp();
        }
    }
}
