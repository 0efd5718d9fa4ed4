package dev.baton.agent;

import dev.baton.agent.core.LogEntry;
import dev.baton.agent.core.NodeLog;
import dev.baton.contract.Eip;
import dev.baton.contract.FleetId;
import dev.baton.contract.NodeId;
import dev.baton.contract.PolicyId;
import dev.baton.contract.wire.Key;
import dev.baton.contract.wire.LineageHeader;
import dev.baton.contract.wire.Logs;
import dev.baton.contract.wire.RemovalCause;
import dev.baton.contract.wire.WireCodec;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;
import org.apache.kafka.common.header.Headers;

/** Decodes the records of the compacted logs and hands those of the agent's fleet to the fold. */
final class LogInput implements LogReader.Sink {
    private static final String NODE = "node/";
    private static final String EIP = "eip/";
    private static final String POLICY = "policy/";

    private final FleetId fleet;
    private final WireCodec codec;
    private final NodeLog log;

    LogInput(FleetId fleet, WireCodec codec, NodeLog log) {
        this.fleet = fleet;
        this.codec = codec;
        this.log = log;
    }

    @Override
    public void read(String topic, Key key, Optional<byte[]> value, Headers headers) {
        if (key.fleet().equals(fleet)) {
            entry(topic, key.entity(), value, RemovalCause.of(headers))
                    .ifPresent(entry -> log.read(entry, LineageHeader.of(headers)));
        }
    }

    @Override
    public void beganAnew() {
        log.beganAnew();
    }

    private Optional<LogEntry> entry(String topic, String entity, Optional<byte[]> value, OptionalLong cause) {
        if (topic.equals(Logs.TUNNELS.topic().name())) {
            return value.isPresent()
                    ? value.map(bytes -> new LogEntry.TunnelShown(codec.decode(Logs.TUNNELS, bytes)))
                    : after(entity, NODE, node -> new LogEntry.TunnelGone(new NodeId(node), cause));
        }
        if (topic.equals(Logs.ASSIGNMENTS.topic().name())) {
            return value.isPresent()
                    ? value.map(bytes -> new LogEntry.Assigned(codec.decode(Logs.ASSIGNMENTS, bytes)))
                    : after(entity, EIP, eip -> new LogEntry.AssignmentGone(Eip.parse(eip), cause));
        }
        if (topic.equals(Logs.POLICIES.topic().name())) {
            return value.isPresent()
                    ? value.map(bytes -> new LogEntry.PolicyBound(codec.decode(Logs.POLICIES, bytes)))
                    : after(entity, POLICY, policy -> new LogEntry.PolicyGone(PolicyId.parse(policy), cause));
        }
        if (topic.equals(Logs.ENDPOINTS.topic().name())) {
            return value.isPresent()
                    ? value.map(bytes -> new LogEntry.Endpoints(codec.decode(Logs.ENDPOINTS, bytes)))
                    : endpointsGone(entity);
        }
        return Optional.empty();
    }

    /** The key of a slice is {@code policy/NAMESPACE/NAME#SLICE}. */
    private static Optional<LogEntry> endpointsGone(String entity) {
        int hash = entity.indexOf('#');
        return hash < 0
                ? Optional.empty()
                : after(
                        entity.substring(0, hash),
                        POLICY,
                        policy -> new LogEntry.EndpointsGone(PolicyId.parse(policy), entity.substring(hash + 1)));
    }

    private static Optional<LogEntry> after(String entity, String prefix, Function<String, LogEntry> entry) {
        return entity.startsWith(prefix)
                ? Optional.of(entry.apply(entity.substring(prefix.length())))
                : Optional.empty();
    }
}
