package dev.baton.agent;

import dev.baton.agent.core.AgentState;
import dev.baton.agent.core.Phase;
import dev.baton.contract.Assignment;
import dev.baton.contract.DatapathAcknowledged;
import dev.baton.contract.DatapathFault;
import dev.baton.contract.Holder;
import dev.baton.contract.Incarnation;
import dev.baton.contract.NodeId;
import dev.baton.contract.ParentInterface;
import dev.baton.contract.Tunnel;
import dev.baton.datapath.ApplyReport;
import dev.baton.datapath.DatapathException;
import dev.baton.datapath.Health;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Logs what an agent decided and what became of it: one line for each, from the states before and after. */
final class AgentLog {
    private static final Logger log = LoggerFactory.getLogger(AgentLog.class);

    private static final Duration LET_GO_EVERY = Duration.ofMinutes(1);

    private final NodeId node;
    private long letGo;
    /** Empty: never. */
    private Optional<Long> toldOfLetGoNanos = Optional.empty();

    AgentLog(NodeId node) {
        this.node = node;
    }

    void changed(AgentState before, AgentState after) {
        if (!before.phase().equals(after.phase())) {
            entered(before.phase(), after.phase());
        }
        if (after.read().caughtUp() && !before.read().caughtUp()) {
            log.info(
                    "event=caught_up node={} folded_offset={}",
                    node,
                    after.read().cause());
        }
        if (before.programmed().broken().isPresent()
                && after.programmed().broken().isEmpty()) {
            log.info("event=datapath_repaired node={}", node);
        }
        after.name()
                .by()
                .filter(other -> before.name()
                        .by()
                        .filter(known -> known.incarnation().equals(other.incarnation()))
                        .isEmpty())
                .ifPresent(this::nameTaken);
    }

    /** Before the phase says that it lets go. */
    void deaf(Duration since) {
        log.error(
                "event=cannot_read node={} since={}s action=\"lets go of its EIPs, and comes back once it can read\"",
                node,
                since.toSeconds());
    }

    /** Not to be explained by any fault of a node: two coordinators decided by different rules. */
    void contradicted(Assignment assignment) {
        log.error(
                "event=assignment_contradicts node={} eip={} epoch={} holder={} action=\"not obeyed: the epoch has"
                        + " another holder\"",
                node,
                assignment.eip(),
                assignment.epoch(),
                assignment.holder().map(Holder::toString).orElse("-"));
    }

    private void entered(Phase before, Phase after) {
        switch (after) {
            case Phase.Holding(Incarnation incarnation)
            when before instanceof Phase.Resuming ->
                log.info("event=session_resumed node={} incarnation={}", node, incarnation);
            case Phase.Announced(Incarnation incarnation) ->
                log.info("event=incarnation_begun node={} incarnation={}", node, incarnation);
            case Phase.Fencing(Incarnation last, boolean failed)
            when !(before instanceof Phase.Fencing) ->
                log.warn("event=lease_lapsed node={} incarnation={}", node, last);
            case Phase.Ending(boolean inTime)
            when !inTime ->
                log.warn("event=drain_given_up node={} reason=\"its EIPs were not moved away in time\"", node);
            case Phase.Left _ -> log.info("event=agent_left node={}", node);
            case Phase.Holding _, Phase.Fencing _, Phase.Ending _ -> {}
            case Phase.Resuming _, Phase.Fenced _, Phase.CatchingUp _, Phase.Announcing _ -> {}
        }
    }

    private void nameTaken(Tunnel other) {
        log.error(
                "event=node_name_taken node={} by_incarnation={} at={} action=\"silent until that one is timed out;"
                        + " give each node a name of its own\"",
                node,
                other.incarnation(),
                other.parent().map(ParentInterface::addresses).orElse(List.of()));
    }

    /** Logged once for as long as the reason stays the same. */
    void broken(AgentState before, DatapathException e) {
        boolean known =
                before.programmed().broken().filter(fault -> fault == e.fault()).isPresent();
        if (!known) {
            log.error("event=datapath_broken node={} reason={} detail=\"{}\"", node, e.fault(), e.getMessage());
        }
    }

    void checked(AgentState before, Health health) {
        if (!health.repaired().isEmpty()) {
            log.warn("event=drift_repaired node={} what=\"{}\"", node, String.join("; ", health.repaired()));
        }
        if (health.fault() != before.programmed().drift().fault()) {
            log.warn("event=datapath_checked node={} fault={} detail=\"{}\"", node, health.fault(), health.detail());
        }
    }

    /** At most once a minute: while no bridge says which pods are known, each new one is let go. */
    void newPods(Health.NewPodPackets packets, long nowNanos) {
        boolean due = toldOfLetGoNanos
                .map(told -> nowNanos - told > LET_GO_EVERY.toNanos())
                .orElse(true);
        if (packets.letGo() > letGo && due) {
            log.warn(
                    "event=unknown_pods_let_go node={} packets={} held={} action=\"nobody said in time whether a policy"
                            + " selects these pods: is a bridge leading? Their addresses: nft list table inet"
                            + " baton-new-pods\"",
                    node,
                    packets.letGo(),
                    packets.held());
            toldOfLetGoNanos = Optional.of(nowNanos);
            letGo = packets.letGo();
        }
    }

    void programmed(ApplyReport.Result result) {
        if (result.fault() == DatapathFault.NONE) {
            log.info(
                    "event=eip_programmed node={} eip={} took={}ms",
                    node,
                    result.eip(),
                    result.took().toMillis());
        } else {
            log.warn(
                    "event=eip_failed node={} eip={} reason={} detail=\"{}\"",
                    node,
                    result.eip(),
                    result.fault(),
                    result.detail());
        }
    }

    void acknowledging(DatapathAcknowledged done) {
        log.info(
                "event=eip_{} node={} eip={} epoch={} took={}ms",
                done.outcome().name().toLowerCase(Locale.ROOT),
                node,
                done.eip(),
                done.epoch(),
                done.took().toMillis());
    }
}
