package dev.baton.launcher;

import dev.baton.contract.FleetId;
import picocli.CommandLine.Option;

/** Which mesh a command is about. */
public final class MeshName {
    @Option(
            names = "--mesh",
            paramLabel = "NAME",
            defaultValue = "default",
            description = "Destinations, members and proxies that are decided together (default: ${DEFAULT-VALUE}).")
    private String mesh = "default";

    public FleetId mesh() {
        return new FleetId(mesh);
    }
}
