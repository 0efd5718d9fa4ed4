package dev.baton.agent;

import dev.baton.agent.AgentConfig.DatapathKind;
import dev.baton.heartbeat.RunDirectory;
import dev.baton.heartbeat.SessionFile;
import dev.baton.heartbeat.core.SavedSession;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.TreeMap;

/**
 * Whether the agents before this one only recorded, as they do beside EgressGateway. Then the kernel had no lease, and
 * the EIPs that they have read of were never Baton's here: the first agent that acts would stop their packets from its
 * start on, long before it can hold them.
 */
final class Recorded {
    private static final String MARKER = "recorded";

    private Recorded() {}

    /** To be called before anything else reads what the agents before have remembered. */
    static void forget(AgentConfig config, RunDirectory run, SessionFile session) throws IOException {
        Path marker = run.path().resolve(MARKER);
        if (config.datapath() == DatapathKind.RECORD) {
            Files.write(marker, new byte[0]);
        } else if (Files.exists(marker)) {
            session.read().map(SavedSession::withoutLease).ifPresent(session::write);
            new LogFiles(run.files()).writeEpochs(new TreeMap<>());
            Files.delete(marker);
        }
    }
}
