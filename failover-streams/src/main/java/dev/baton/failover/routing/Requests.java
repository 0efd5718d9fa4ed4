package dev.baton.failover.routing;

import dev.baton.contract.mesh.DestinationId;
import dev.baton.contract.mesh.EndpointAddress;
import dev.baton.contract.mesh.MemberId;
import dev.baton.contract.mesh.MeshDecision;
import dev.baton.contract.mesh.MeshDecision.HoldChanged;
import dev.baton.contract.mesh.MeshDecision.MembersWithheld;
import dev.baton.contract.mesh.RequestRefusal;
import dev.baton.contract.mesh.ReturnRules.Failback;
import dev.baton.failover.routing.Levels.Ranked;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** What operators ask for: done, or refused with the reason. */
final class Requests {
    private final MeshTurn turn;

    Requests(MeshTurn turn) {
        this.turn = turn;
    }

    /** The first level that gets anything gets nothing from now on. */
    void failOver(DestinationId id) {
        var subject = "fail-over " + id;
        known(id, subject, destination -> {
            if (destination.hasFixedShares()) {
                refuse(id, subject, RequestRefusal.FIXED_SHARES);
                return;
            }
            List<List<Ranked>> levels = turn.ranking(destination).levels().stream()
                    .filter(level -> !destination.withheld().containsAll(ids(level)))
                    .toList();
            if (levels.size() < 2) {
                refuse(id, subject, RequestRefusal.ONE_LEVEL);
                return;
            }
            withhold(destination, ids(levels.getFirst()), subject);
        });
    }

    void eject(DestinationId id, MemberId member) {
        var subject = "eject " + id + " " + member;
        known(id, subject, destination -> {
            boolean isMember = turn.ranking(destination).levels().stream()
                    .anyMatch(level -> ids(level).contains(member));
            if (destination.hasFixedShares()) {
                refuse(id, subject, RequestRefusal.FIXED_SHARES);
            } else if (!isMember) {
                refuse(id, subject, RequestRefusal.NO_SUCH_MEMBER);
            } else {
                withhold(destination, new TreeSet<>(List.of(member)), subject);
            }
        });
    }

    void failBack(DestinationId id, Optional<EndpointAddress> endpoint) {
        var subject = "fail-back " + id + endpoint.map(one -> " " + one).orElse("");
        known(id, subject, destination -> {
            var waiting = new TreeSet<>(destination.ejections().ejected().keySet());
            if (Policies.rulesOf(turn.policyOf(destination)).failback() != Failback.MANUAL) {
                waiting.clear();
            }
            endpoint.ifPresent(one -> waiting.retainAll(List.of(one)));
            boolean lifts = endpoint.isEmpty() && !destination.withheld().isEmpty();
            if (waiting.isEmpty() && !lifts) {
                refuse(id, subject, RequestRefusal.NOTHING_TO_LET_BACK);
                return;
            }
            if (lifts) {
                turn.decide(new MembersWithheld(id, new TreeSet<>()));
            }
            turn.look(destination
                    .withholding(lifts ? new TreeSet<>() : destination.withheld())
                    .releasing(waiting));
        });
    }

    void hold(DestinationId id, boolean hold) {
        known(id, (hold ? "hold " : "hold --end ") + id, destination -> {
            if (destination.held() != hold) {
                turn.decide(new HoldChanged(id, hold));
                turn.look(destination.holding(hold));
            }
        });
    }

    private void withhold(MeshDestination destination, SortedSet<MemberId> more, String subject) {
        var all = new TreeSet<>(destination.withheld());
        all.addAll(more);
        boolean isAnyLeft = MeshTurn.ready(turn.ranking(destination), all).stream()
                .anyMatch(endpoint -> !destination.ejections().isOut(endpoint));
        if (!isAnyLeft) {
            refuse(destination.spec().id(), subject, RequestRefusal.LAST_USABLE);
        } else if (!all.equals(destination.withheld())) {
            turn.decide(new MembersWithheld(destination.spec().id(), all));
            turn.look(destination.withholding(all));
        }
    }

    private static TreeSet<MemberId> ids(List<Ranked> level) {
        return level.stream().map(ranked -> ranked.member().id()).collect(Collectors.toCollection(TreeSet::new));
    }

    private void known(DestinationId id, String subject, Consumer<MeshDestination> request) {
        turn.destination(id).ifPresentOrElse(request, () -> refuse(id, subject, RequestRefusal.NO_SUCH_DESTINATION));
    }

    private void refuse(DestinationId id, String subject, RequestRefusal why) {
        turn.decide(new MeshDecision.RequestRefused(id, subject, why));
    }
}
