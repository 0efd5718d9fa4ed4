package dev.baton.agent;

import dev.baton.contract.FailsafeMode;
import dev.baton.contract.FleetId;
import dev.baton.contract.GatewayId;
import dev.baton.contract.NodeId;
import dev.baton.contract.Timings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What an agent must be told.
 *
 * @param runDirectory outlives the process, not the machine; one for each node
 * @param parentInterface empty: the one of the default route
 * @param eipInterfaces where a gateway's EIPs are to live, if not on the interface of their network
 * @param fence the form of what enforces the lease
 * @param timings until the fleet's were read from the log once; they are remembered in the run directory
 * @param drainLimit how long a leaving agent waits for its EIPs to be moved away
 * @param unknownPodsWait how long pods are kept from the outside, where bridges say which are known, until they are;
 *     zero: not at all
 * @param client further settings of Kafka's clients, such as those of their security
 */
public record AgentConfig(
        NodeId node,
        FleetId fleet,
        String bootstrap,
        DatapathKind datapath,
        Path runDirectory,
        Optional<String> parentInterface,
        Map<GatewayId, String> eipInterfaces,
        FenceKind fence,
        Timings timings,
        OnStop stop,
        Duration drainLimit,
        FailsafeMode failsafe,
        Duration unknownPodsWait,
        Map<String, String> client) {
    private static final Path RUN = Path.of("/run/baton");
    private static final Duration DRAIN_LIMIT = Duration.ofSeconds(20);
    public static final Duration UNKNOWN_PODS_WAIT = Duration.ofSeconds(5);
    /** Longer than most clients go on asking. */
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(60);

    /** Whether changes are made or only written down. */
    public enum DatapathKind {
        RECORD,
        /** By nft tables. */
        LINUX,
        /** By chains of iptables and sets of ipset, as EgressGateway makes them. */
        IPTABLES
    }

    /** By which of the kernel's hooks the lease is enforced. */
    public enum FenceKind {
        /** The first of the others that the kernel takes. */
        AUTO,
        NETDEV,
        INET
    }

    /** What a stopping agent does with its EIPs. */
    public enum OnStop {
        /** It has them moved away first. */
        LEAVE,
        /** It keeps them: another process is to go on within the lease, as in an upgrade. */
        STAY,
        /** It keeps them until EgressGateway's agent has programmed the node, and then takes away what is Baton's. */
        HANDOVER
    }

    public AgentConfig {
        if (failsafe != FailsafeMode.OFF) {
            throw new IllegalArgumentException("failsafe=" + failsafe + " is reserved; allowed is OFF: a holder that "
                    + "cannot reach the log lets go in time");
        }
        if (stop == OnStop.HANDOVER && datapath != DatapathKind.LINUX) {
            throw new IllegalArgumentException("stop=" + stop + " with datapath=" + datapath
                    + "; allowed is datapath=LINUX: EgressGateway's agent makes the same chains as datapath=IPTABLES");
        }
        if (drainLimit.isNegative()) {
            throw new IllegalArgumentException("drainLimit=" + drainLimit.toMillis() + "ms is negative");
        }
        if (unknownPodsWait.isNegative() || unknownPodsWait.compareTo(LONGEST_WAIT) > 0) {
            throw new IllegalArgumentException("unknownPodsWait=" + unknownPodsWait.toMillis() + "ms is not within 0s.."
                    + LONGEST_WAIT.toSeconds() + "s");
        }
        client = Map.copyOf(client);
        eipInterfaces = Map.copyOf(eipInterfaces);
    }

    public static AgentConfig of(NodeId node, FleetId fleet, String bootstrap) {
        return new AgentConfig(
                node,
                fleet,
                bootstrap,
                DatapathKind.RECORD,
                RUN,
                Optional.empty(),
                Map.of(),
                FenceKind.AUTO,
                Timings.DEFAULT,
                OnStop.LEAVE,
                DRAIN_LIMIT,
                FailsafeMode.OFF,
                UNKNOWN_PODS_WAIT,
                Map.of());
    }

    /** Settings of Kafka's clients: where it is, and what else they were given. */
    Map<String, Object> kafka() {
        var settings = new HashMap<String, Object>(client);
        settings.put("bootstrap.servers", bootstrap);
        return settings;
    }

    public AgentConfig withRunDirectory(Path changed) {
        return new AgentConfig(
                node,
                fleet,
                bootstrap,
                datapath,
                changed,
                parentInterface,
                eipInterfaces,
                fence,
                timings,
                stop,
                drainLimit,
                failsafe,
                unknownPodsWait,
                client);
    }

    public AgentConfig withTimings(Timings changed) {
        return new AgentConfig(
                node,
                fleet,
                bootstrap,
                datapath,
                runDirectory,
                parentInterface,
                eipInterfaces,
                fence,
                changed,
                stop,
                drainLimit,
                failsafe,
                unknownPodsWait,
                client);
    }

    public AgentConfig withStop(OnStop changed) {
        return new AgentConfig(
                node,
                fleet,
                bootstrap,
                datapath,
                runDirectory,
                parentInterface,
                eipInterfaces,
                fence,
                timings,
                changed,
                drainLimit,
                failsafe,
                unknownPodsWait,
                client);
    }
}
