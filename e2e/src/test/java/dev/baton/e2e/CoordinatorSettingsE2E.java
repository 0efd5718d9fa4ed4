package dev.baton.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.baton.contract.FleetId;
import dev.baton.contract.Settings;
import dev.baton.contract.Timings;
import dev.baton.contract.wire.WireCodec;
import dev.baton.launcher.client.FleetFollower;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A fleet's settings are what was declared last, however often coordinators start. */
class CoordinatorSettingsE2E {
    private static final String FLEET = "settled";

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    private BatonProcess baton(String... arguments) throws IOException {
        var all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("--bootstrap=" + TestBroker.bootstrap(), "--fleet=" + FLEET));
        return BatonProcess.start(directory, all.toArray(String[]::new));
    }

    private BatonProcess apply(String how, String spec) throws IOException {
        Path file = directory.resolve("settings.yaml");
        Files.writeString(file, "{apiVersion: baton.dev/v1beta1, kind: Settings, spec: {" + spec + "}}\n");
        return baton("apply", "-f", file.toString(), how);
    }

    private static void become(int maxFailPercent, Duration evictionTimeout) {
        Map<String, Object> client = Map.of("bootstrap.servers", TestBroker.bootstrap());
        try (var follower = new FleetFollower(client, WireCodec.bundled(), new FleetId(FLEET))) {
            Eventually.holds(
                    Eventually.LONG,
                    "maxFailPercent=" + maxFailPercent + " and evictionTimeout=" + evictionTimeout + " are in force",
                    () -> {
                        Settings now = follower.catchUp().settings();
                        return now.maxFailPercent() == maxFailPercent
                                && now.timings().eipEvictionTimeout().equals(evictionTimeout);
                    });
            assertEquals(
                    "172.30.0.0/16",
                    follower.state().settings().tunnelIpv4Subnet().toString());
        }
    }

    @Test
    void whatWasDeclaredStaysWhenCoordinatorsStartAndOnlyTimesThatAreSetForThemChange() throws Exception {
        try (var ahead = apply("--ahead", "tunnelIpv4Subnet: 172.30.0.0/16, maxFailPercent: 50")) {
            ahead.await("declared ahead of the coordinator: 1");
            assertEquals(0, ahead.awaitExit());
        }
        try (var first = baton("coordinator", "--eviction-timeout=4s")) {
            first.await("event=coordinator_state of=eips .*to=RUNNING");
            become(50, Duration.ofSeconds(4));
            try (var applied = apply("--wait=60s", "tunnelIpv4Subnet: 172.30.0.0/16, maxFailPercent: 40")) {
                assertEquals(0, applied.awaitExit());
            }
            become(40, Timings.DEFAULT.eipEvictionTimeout());
            first.terminate();
            first.awaitExit();
        }
        try (var second = baton("coordinator")) {
            second.await("event=coordinator_state of=eips .*to=RUNNING");
            // What it might have said would have been decided before this.
            try (var moved = apply(
                    "--wait=60s", "tunnelIpv4Subnet: 172.30.0.0/16, maxFailPercent: 41, eipEvictionTimeout: 5s")) {
                assertEquals(0, moved.awaitExit());
            }
            become(41, Duration.ofSeconds(5));
            // As the chart does after an upgrade: it has no value for the storm brake.
            try (var upgraded = apply("--keep-settings", "tunnelIpv4Subnet: 172.30.0.0/16, eipEvictionTimeout: 6s")) {
                assertEquals(0, upgraded.awaitExit());
            }
            become(41, Duration.ofSeconds(6));
            second.terminate();
            second.awaitExit();
        }
        try (var third = baton("coordinator")) {
            third.await("event=coordinator_state of=eips .*to=RUNNING");
            try (var asked = baton("apply", "-f", gateway(), "--wait=60s")) {
                assertEquals(0, asked.awaitExit());
            }
            become(41, Duration.ofSeconds(6));
        }
    }

    /** Something else to be decided, after all that the coordinator said when it started. */
    private String gateway() throws IOException {
        Path file = directory.resolve("gateway.yaml");
        Files.writeString(file, """
            apiVersion: egressgateway.spidernet.io/v1beta1
            kind: EgressGateway
            metadata: {name: egw1}
            spec: {ippools: {ipv4: [10.6.1.55]}, nodeSelector: {selector: {matchLabels: {egress: "true"}}}}
            """);
        return file.toString();
    }
}
