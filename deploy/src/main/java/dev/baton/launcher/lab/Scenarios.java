package dev.baton.launcher.lab;

import dev.baton.contract.AssignmentStep;
import dev.baton.contract.NodeId;
import dev.baton.launcher.Waiting;
import dev.baton.launcher.jvm.AgentJvm;
import dev.baton.launcher.lab.Scenario.Must;
import dev.baton.launcher.lab.Scenario.Struck;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The faults that Baton must survive, in the order in which they are played. */
public final class Scenarios {
    public static final List<Scenario> ALL = List.of(
            new Scenario(
                    "drain", "the holder is drained: prepare, release, acquire", Must.MOVE_AT_ONCE, Scenarios::drain),
            new Scenario(
                    "restart",
                    "the holder's agent is killed and started again within its lease",
                    Must.LOSE_NOTHING,
                    Scenarios::restart),
            new Scenario(
                    "kill", "the holder's agent is killed; its kernel and its links go on", Must.MOVE, Scenarios::kill),
            new Scenario(
                    "power-off", "the holder is switched off: no process, no link", Must.MOVE, Scenarios::powerOff),
            new Scenario(
                    "freeze",
                    "the holder's agent is stopped (SIGSTOP), and goes on after another node took over",
                    Must.MOVE,
                    Scenarios::freeze),
            new Scenario(
                    "cut-from-kafka",
                    "the holder cannot reach Kafka; its data network is well",
                    Must.MOVE,
                    Scenarios::cutFromKafka),
            new Scenario(
                    "kafka-away",
                    "the broker hangs for longer than a lease: no time passes, and nothing moves",
                    Must.RETURN,
                    Scenarios::kafkaAway),
            new Scenario(
                    "coordinator-killed",
                    "the holder is killed, and the coordinator too while the holder's silence is counted",
                    Must.WAIT,
                    Scenarios::coordinatorKilled),
            new Scenario("all-down", "all agents are killed; then one comes back", Must.WAIT, Scenarios::allDown),
            new Scenario(
                    "tunnel-deleted",
                    "somebody deletes egress.vxlan on the holder, then on another node",
                    Must.STAY,
                    Scenarios::tunnelDeleted),
            new Scenario(
                    "tables-flushed",
                    "somebody flushes our nft table on the holder and on another node, then deletes it there",
                    Must.STAY,
                    Scenarios::tablesFlushed));

    private static final Duration QUICK_START = Duration.ofSeconds(3);
    private static final Duration SLOW_START = Duration.ofSeconds(9);
    private static final Duration BEYOND_THE_LEASE = Duration.ofSeconds(2);
    private static final Duration REPAIR_LIMIT = Duration.ofSeconds(30);

    private Scenarios() {}

    public static Optional<Scenario> named(String name) {
        return ALL.stream().filter(scenario -> scenario.name().equals(name)).findFirst();
    }

    private static NodeId holder(Lab lab) {
        return lab.holder().orElseThrow(() -> new IllegalStateException("nobody holds the EIP"));
    }

    private static Struck drain(Lab lab) {
        NodeId holder = holder(lab);
        var struck = new Struck(holder, Moment.now(), Set.of());
        lab.drain(holder, true);
        lab.awaitHolderOtherThan(holder);
        lab.awaitFlowing(Network.nodes());
        lab.drain(holder, false);
        lab.awaitReady();
        return struck;
    }

    private static Struck restart(Lab lab) {
        NodeId holder = holder(lab);
        // A lease longer than a process needs to start on a machine that is busy with all of this.
        Duration settled = lab.timings().eipEvictionTimeout();
        Duration needed = AgentJvm.isPrepared() ? QUICK_START : SLOW_START;
        Duration patient = settled.compareTo(needed) > 0 ? settled : needed;
        lab.declareTimings(holder, patient);
        var struck = new Struck(holder, Moment.now(), Set.of());
        lab.services().killAgent(holder);
        lab.services().startAgent(holder);
        // Longer than the killed agent's lease: traffic after that depends on the new agent's lease.
        long over = struck.at().nanos() + patient.toNanos();
        Waiting.until(REPAIR_LIMIT, "the old lease is over", () -> System.nanoTime() - over > 0);
        lab.awaitReady();
        lab.awaitFlowing(Network.nodes());
        lab.declareTimings(holder, settled);
        return struck;
    }

    private static Struck kill(Lab lab) {
        NodeId holder = holder(lab);
        var struck = new Struck(holder, Moment.now(), Set.of(holder));
        lab.services().killAgent(holder);
        takenOver(lab, holder);
        lab.services().startAgent(holder);
        back(lab, holder);
        return struck;
    }

    private static Struck powerOff(Lab lab) {
        NodeId holder = holder(lab);
        var struck = new Struck(holder, Moment.now(), Set.of(holder));
        lab.powerOff(holder);
        takenOver(lab, holder);
        // The node's kernel still has the address and the rules, and must not answer with them.
        lab.links(holder, true);
        lab.awaitFlowing(Lab.others(holder));
        lab.services().startAgent(holder);
        back(lab, holder);
        return struck;
    }

    private static Struck freeze(Lab lab) {
        NodeId holder = holder(lab);
        var struck = new Struck(holder, Moment.now(), Set.of(holder));
        lab.services().freezeAgent(holder);
        takenOver(lab, holder);
        lab.services().thawAgent(holder);
        back(lab, holder);
        return struck;
    }

    private static Struck cutFromKafka(Lab lab) {
        NodeId holder = holder(lab);
        var struck = new Struck(holder, Moment.now(), Set.of(holder));
        lab.kafkaLink(holder, false);
        takenOver(lab, holder);
        lab.kafkaLink(holder, true);
        back(lab, holder);
        return struck;
    }

    private static Struck kafkaAway(Lab lab) {
        NodeId holder = holder(lab);
        var struck = new Struck(holder, Moment.now(), Set.of());
        lab.services().freezeBroker();
        long over = struck.at().nanos()
                + lab.timings().eipEvictionTimeout().plus(BEYOND_THE_LEASE).toNanos();
        Waiting.until(REPAIR_LIMIT, "every lease is over", () -> System.nanoTime() - over > 0);
        lab.services().thawBroker();
        lab.awaitFlowing(Network.nodes());
        lab.awaitReady();
        return struck;
    }

    private static Struck coordinatorKilled(Lab lab) {
        NodeId holder = holder(lab);
        var struck = new Struck(holder, Moment.now(), Set.of(holder));
        lab.services().killAgent(holder);
        long half = struck.at().nanos()
                + lab.timings().eipEvictionTimeout().dividedBy(2).toNanos();
        Waiting.until(REPAIR_LIMIT, "half of the silence is counted", () -> System.nanoTime() - half > 0);
        lab.services().killCoordinator();
        lab.services().startCoordinator();
        takenOver(lab, holder);
        lab.services().startAgent(holder);
        back(lab, holder);
        return struck;
    }

    private static Struck allDown(Lab lab) {
        NodeId holder = holder(lab);
        var struck = new Struck(holder, Moment.now(), Set.copyOf(Network.nodes()));
        Network.nodes().forEach(lab.services()::killAgent);
        lab.awaitStep(AssignmentStep.WAITING);
        NodeId first = Lab.others(holder).getFirst();
        lab.services().startAgent(first);
        lab.awaitStep(AssignmentStep.HELD);
        lab.renewFlows(Network.nodes());
        lab.awaitFlowing(Set.of(first));
        Lab.others(first).forEach(lab.services()::startAgent);
        back(lab, Lab.others(first).toArray(NodeId[]::new));
        return struck;
    }

    private static Struck tunnelDeleted(Lab lab) {
        NodeId holder = holder(lab);
        var struck = new Struck(holder, Moment.now(), Set.of());
        for (NodeId node : List.of(holder, Lab.others(holder).getFirst())) {
            lab.deleteTunnel(node);
            lab.awaitFlowing(Network.nodes());
        }
        lab.awaitReady();
        return struck;
    }

    private static Struck tablesFlushed(Lab lab) {
        NodeId holder = holder(lab);
        var struck = new Struck(holder, Moment.now(), Set.of());
        for (NodeId node : List.of(holder, Lab.others(holder).getFirst())) {
            lab.flushTables(node);
            lab.awaitFlowing(Network.nodes());
            lab.deleteTables(node);
            lab.awaitFlowing(Network.nodes());
        }
        lab.awaitReady();
        return struck;
    }

    private static void takenOver(Lab lab, NodeId former) {
        lab.awaitHolderOtherThan(former);
        lab.awaitFlowing(Lab.others(former));
    }

    private static void back(Lab lab, NodeId... nodes) {
        lab.awaitReady();
        lab.renewFlows(List.of(nodes));
        lab.awaitFlowing(Network.nodes());
    }
}
