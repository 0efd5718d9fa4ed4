package dev.baton.sim.world;

import dev.baton.contract.Assignment;
import dev.baton.contract.AssignmentStep;
import dev.baton.contract.Beginning;
import dev.baton.contract.Decision;
import dev.baton.contract.Eip;
import dev.baton.contract.FleetSnapshot.FleetEip;
import dev.baton.contract.MoveReason;
import dev.baton.contract.NodeLiveness;
import dev.baton.contract.TunnelPhase;
import dev.baton.contract.UnreadableRecord;
import dev.baton.contract.Verdict;
import dev.baton.failover.core.FleetState;
import dev.baton.failover.core.Ignored;
import dev.baton.failover.core.LivenessState;
import dev.baton.failover.core.Views.View;
import dev.baton.failover.runner.Write;
import dev.baton.sim.menu.Rare;
import dev.baton.sim.model.SimLog;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Counts how often a run came to each rare state, mostly by looking at what the logs' folds did since the last look.
 */
public final class Sightings {
    private final World world;
    private final EnumMap<Rare, Long> seen = new EnumMap<>(Rare.class);
    private final TreeMap<Eip, Assignment> shown = new TreeMap<>();
    private long heard;
    private long decided;
    private long views;

    Sightings(World world) {
        this.world = world;
    }

    void count(Rare state) {
        seen.merge(state, 1L, Long::sum);
    }

    public Map<Rare, Long> seen() {
        return Collections.unmodifiableMap(new EnumMap<>(seen));
    }

    /** A coordinator starts. */
    void takeOver() {
        for (FleetEip eip : world.ledger().fleet().eips().values()) {
            switch (eip.assignment().step()) {
                case PREPARE -> count(Rare.TAKE_OVER_IN_PREPARE);
                case RELEASE -> count(Rare.TAKE_OVER_IN_RELEASE);
                case ACQUIRE -> count(Rare.TAKE_OVER_IN_ACQUIRE);
                case WAITING -> count(Rare.TAKE_OVER_IN_WAITING);
                case HELD -> {}
            }
        }
    }

    public void logsBeganAnew() {
        heard = 0;
        decided = 0;
        views = 0;
    }

    /** After every step. */
    public void look() {
        for (; heard < world.ledger().heardEnd(); heard++) {
            heard(world.ledger().liveness(heard), heard);
        }
        for (; decided < world.ledger().decidedEnd(); decided++) {
            FleetState before = world.ledger().fleet(decided);
            boolean over = world.ledger().decided(decided).state().beginning() == Beginning.OVER;
            if (before.beginning() == Beginning.IMPORTING && over) {
                count(Rare.IMPORTED);
            }
            world.ledger().decided(decided).ignored().ifPresent(this::ignored);
            world.ledger().decided(decided).decisions().forEach(decision -> decided(before, decision));
        }
        SimLog<Write.Show> log = world.logs().assignments();
        for (; views < log.end(); views++) {
            SimLog.Entry<Write.Show> entry = log.get(views);
            if (entry.isOf(world.fleetId())) {
                entry.record().map(Write.Show::view).ifPresent(this::shown);
            }
        }
    }

    private void heard(LivenessState before, long offset) {
        if (!world.logs().heartbeats().get(offset).isReadable()) {
            count(Rare.UNREADABLE_PASSED_OVER);
        } else if (world.logs().heartbeats().get(offset).value() instanceof UnreadableRecord unread
                && before.nodes()
                        .get(unread.node())
                        .flatMap(NodeLiveness::silentSince)
                        .isPresent()) {
            count(Rare.UNREADABLE_COUNTED);
        }
        world.ledger().heard(offset).ignored().ifPresent(this::ignored);
        LivenessState after = world.ledger().heard(offset).state();
        boolean graced = before.nodes().values().stream()
                        .filter(node -> node.silentSince().isPresent() && node.phase() != TunnelPhase.HEARTBEAT_TIMEOUT)
                        .filter(node -> after.nodes()
                                .get(node.node())
                                .flatMap(NodeLiveness::silentSince)
                                .isEmpty())
                        .count()
                > 1;
        if (graced) {
            count(Rare.FRESH_GRACE);
        }
    }

    private void ignored(Ignored why) {
        switch (why) {
            case OLDER_INCARNATION -> count(Rare.OLDER_INCARNATION_HEARD);
            case LAPSED_INCARNATION -> count(Rare.TIMED_OUT_INCARNATION_HEARD);
            case REPLACED_TICKER -> count(Rare.REPLACED_TICKER_HEARD);
            case OTHER_EPOCH -> count(Rare.OTHER_EPOCH_ACKNOWLEDGED);
            case SEQUENCED_TWICE -> count(Rare.SEQUENCED_TWICE);
            case NAME_TAKEN -> count(Rare.NAME_TAKEN);
            case OLDER_SEQUENCE, NOT_ASKED, UNKNOWN_NODE, IMPLAUSIBLE, STANDSTILL -> {}
        }
    }

    private void decided(FleetState before, Decision decision) {
        switch (decision) {
            case Decision.EipAssigned(Assignment next, var from, var candidates) -> {
                before.eips().get(next.eip()).ifPresent(eip -> assigned(eip.assignment(), next));
                if (candidates.stream().anyMatch(one -> one.verdict() == Verdict.RECORDS_ONLY)) {
                    count(Rare.RECORDS_ONLY);
                }
            }
            case Decision.FailoverHeld held -> count(Rare.FAILOVER_HELD);
            case Decision.DeclarationRefused refused -> count(Rare.DECLARATION_REFUSED);
            case Decision.EipFreed freed -> {
                count(Rare.EIP_FREED);
                boolean waited = before.eips().values().stream()
                        .map(FleetEip::assignment)
                        .filter(other -> !other.eip().equals(freed.eip()))
                        .anyMatch(other -> freed.eip().addresses().stream().anyMatch(other.eip()::has));
                if (waited) {
                    count(Rare.ADOPTED_PAIR_WAITS);
                }
            }
            default -> {}
        }
    }

    private void assigned(Assignment before, Assignment next) {
        if (next.reason() == MoveReason.HOLDER_TIMED_OUT && before.step() == AssignmentStep.RELEASE) {
            count(Rare.TIMED_OUT_IN_RELEASE);
        }
        if (next.reason() == MoveReason.HOLDER_TIMED_OUT && before.step() == AssignmentStep.ACQUIRE) {
            count(Rare.TIMED_OUT_IN_ACQUIRE);
        }
        if (before.step() == AssignmentStep.PREPARE && next.step() == AssignmentStep.HELD) {
            count(Rare.MOVE_CALLED_OFF);
        }
        if (next.reason() == MoveReason.HOLDER_UNREACHABLE && next.step() == AssignmentStep.PREPARE) {
            count(Rare.HOLDER_UNREACHABLE);
        }
        if (next.reason() == MoveReason.ADOPTED && next.step() == AssignmentStep.ACQUIRE) {
            count(Rare.ADOPTED);
        }
        if (next.reason() == MoveReason.ACK_FAILED) {
            count(Rare.ACKNOWLEDGED_FAILED);
        }
        if (next.reason() == MoveReason.ACK_TIMEOUT) {
            count(Rare.ACKNOWLEDGED_LATE);
        }
    }

    private void shown(View view) {
        if (!(view instanceof View.OfAssignment(Eip eip, Optional<Assignment> assignment, long cause))) {
            return;
        }
        Optional<Assignment> before = Optional.ofNullable(shown.remove(eip));
        assignment.ifPresent(next -> {
            shown.put(eip, next);
            if (before.filter(known -> known.epoch().supersedes(next.epoch())).isPresent()) {
                count(Rare.OLDER_WORD_LAST);
            }
        });
    }
}
