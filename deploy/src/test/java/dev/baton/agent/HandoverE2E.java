package dev.baton.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.baton.agent.AgentConfig.DatapathKind;
import dev.baton.agent.AgentConfig.FenceKind;
import dev.baton.agent.AgentConfig.OnStop;
import dev.baton.contract.AckOutcome;
import dev.baton.contract.AssignmentStep;
import dev.baton.contract.DatapathAcknowledged;
import dev.baton.contract.DatapathState;
import dev.baton.contract.Eip;
import dev.baton.contract.FailsafeMode;
import dev.baton.contract.FleetId;
import dev.baton.contract.Heartbeat;
import dev.baton.contract.Holder;
import dev.baton.contract.Incarnation;
import dev.baton.contract.NodeId;
import dev.baton.contract.NodeLeaving;
import dev.baton.contract.Timings;
import dev.baton.contract.TunnelPhase;
import dev.baton.contract.wire.TopicSetup;
import dev.baton.contract.wire.WireCodec;
import dev.baton.launcher.broker.BrokerOptions;
import dev.baton.launcher.broker.EmbeddedBroker;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An agent whose node goes back to EgressGateway, on a real log and a kernel in memory. */
class HandoverE2E {
    private static final NodeId NODE = new NodeId("node1");
    private static final Eip EIP = Eip.parse("10.6.1.55");
    private static final FleetId FLEET = new FleetId("handover");
    private static final Timings TIMINGS =
            new Timings(Duration.ofMillis(200), Duration.ofMillis(100), Duration.ofMillis(2000));
    private static final Duration PATIENCE = Duration.ofSeconds(8);

    private final MemoryKernel kernel = new MemoryKernel();

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    @SuppressWarnings("NullAway.Init")
    private EmbeddedBroker broker;

    @SuppressWarnings("NullAway.Init")
    private PlayedCoordinator coordinator;

    @SuppressWarnings("NullAway.Init")
    private Agent agent;

    @BeforeEach
    void holds() throws Exception {
        broker = EmbeddedBroker.start(BrokerOptions.DEFAULT);
        try (var admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrap()))) {
            TopicSetup.ensure(admin, new TopicSetup.Layout(1, (short) 1));
        }
        coordinator = new PlayedCoordinator(FLEET, broker.bootstrap());
        coordinator.forget();
        agent = Agent.start(config(DatapathKind.LINUX), kernel.datapath(), WireCodec.bundled());
        Incarnation incarnation = coordinator.hear(
                "READY",
                event -> event instanceof Heartbeat heartbeat && heartbeat.datapath() == DatapathState.READY
                        ? Optional.of(heartbeat.incarnation())
                        : Optional.empty());
        coordinator.allocate(NODE, incarnation, TunnelPhase.READY, 1);
        var holder = Optional.of(new Holder(NODE, incarnation));
        coordinator.assign(EIP, 1, AssignmentStep.ACQUIRE, holder, Optional.empty());
        coordinator.hear(
                "the EIP is acquired",
                event -> event instanceof DatapathAcknowledged ack && ack.outcome() == AckOutcome.APPLIED
                        ? Optional.of(ack)
                        : Optional.empty());
        coordinator.assign(EIP, 1, AssignmentStep.HELD, holder, Optional.empty());
        assertEquals(Set.of(EIP), kernel.emitting());
    }

    @AfterEach
    void end() {
        agent.kill();
        coordinator.close();
        broker.close();
    }

    private AgentConfig config(DatapathKind datapath) {
        return new AgentConfig(
                NODE,
                FLEET,
                broker.bootstrap(),
                datapath,
                directory,
                Optional.empty(),
                Map.of(),
                FenceKind.AUTO,
                TIMINGS,
                OnStop.HANDOVER,
                PATIENCE,
                FailsafeMode.OFF,
                AgentConfig.UNKNOWN_PODS_WAIT,
                Map.of());
    }

    private Thread stopping() {
        return Thread.ofPlatform().start(agent::close);
    }

    private boolean isLeaving() {
        return coordinator
                .hear(
                        "leaving",
                        event -> event instanceof NodeLeaving leaving ? Optional.of(leaving) : Optional.empty())
                .node()
                .equals(NODE);
    }

    @Test
    void holdsUntilEgressGatewaysAgentHasProgrammedTheNode() throws InterruptedException {
        Thread stopping = stopping();
        assertFalse(stopping.join(Duration.ofSeconds(3)));
        assertEquals(Set.of(EIP), kernel.emitting());
        assertFalse(kernel.isHandedOver());
        kernel.programByEgressGateway();
        stopping.join(TimeUnit.SECONDS.toMillis(30));
        assertTrue(kernel.isHandedOver());
        assertFalse(agent.isAlive());
    }

    /** It would give the EIP to another node as soon as this one is silent. */
    @Test
    void whileACoordinatorWorksItLeavesAsUsual() throws InterruptedException {
        kernel.programByEgressGateway();
        Thread stopping = stopping();
        long sequence = 0;
        while (!stopping.join(Duration.ofMillis(100)) && sequence < 300) {
            coordinator.tick(sequence++);
        }
        assertTrue(isLeaving());
        assertFalse(agent.isAlive());
        assertFalse(kernel.isHandedOver());
        assertEquals(Set.of(), kernel.emitting());
    }

    @Test
    void ifEgressGatewayDoesNotComeItLetsGo() throws InterruptedException {
        Thread stopping = stopping();
        assertTrue(isLeaving());
        stopping.join(TimeUnit.SECONDS.toMillis(30));
        assertFalse(agent.isAlive());
        assertFalse(kernel.isHandedOver());
        assertEquals(Set.of(), kernel.emitting());
    }

    @Test
    void chainsThatBothMakeCannotBeHandedOver() {
        var refused = assertThrows(IllegalArgumentException.class, () -> config(DatapathKind.IPTABLES));
        assertTrue(String.valueOf(refused.getMessage()).contains("stop=HANDOVER"), refused::toString);
    }
}
