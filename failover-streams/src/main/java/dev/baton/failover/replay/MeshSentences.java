package dev.baton.failover.replay;

import dev.baton.contract.mesh.HealthEvent;
import dev.baton.contract.mesh.HealthReport.ProbeReported;
import dev.baton.contract.mesh.HealthReport.TrafficReported;
import dev.baton.contract.mesh.HealthRulesDeclared;
import dev.baton.contract.mesh.HealthVerdict;
import dev.baton.contract.mesh.Locality;
import dev.baton.contract.mesh.MeshDecision;
import dev.baton.contract.mesh.MeshDeclaration;
import dev.baton.contract.mesh.MeshEntry;
import dev.baton.contract.mesh.MeshEvent;
import dev.baton.contract.mesh.ProxyReport;
import dev.baton.contract.mesh.Route;
import dev.baton.contract.mesh.Ticked;
import java.util.List;
import java.util.stream.Collectors;

/** Entries of a mesh's logs and decisions about destinations, as sentences for people. */
public final class MeshSentences {
    private MeshSentences() {}

    public static String of(MeshDecision decision) {
        return switch (decision) {
            case MeshDecision.EndpointEjected d -> d.endpoint() + " is ejected: it fails " + whom(d.against());
            case MeshDecision.EjectionRefused d -> d.endpoint() + " fails and stays (" + d.why() + ")";
            case MeshDecision.EndpointReturns d ->
                d.endpoint() + " returns" + (d.percent() == 100 ? "" : " with " + d.percent() + "% of its share");
            case MeshDecision.MembersUnused d ->
                d.unused().isEmpty()
                        ? "all members that it names get traffic"
                        : "gets nothing: "
                                + d.unused().entrySet().stream()
                                        .map(unused -> unused.getKey() + " (" + unused.getValue() + ")")
                                        .collect(Collectors.joining(", "));
            case MeshDecision.MembersWithheld d ->
                d.withheld().isEmpty()
                        ? "no member is withheld"
                        : "withheld by an operator: "
                                + joined(d.withheld().stream().toList());
            case MeshDecision.HoldChanged d -> d.held() ? "is held as it is" : "is held no longer";
            case MeshDecision.RequestRefused d -> "refused: " + d.subject() + " (" + d.why() + ")";
            case MeshDecision.RouteAssigned d ->
                "calls from " + place(d.route().caller().locality()) + " go to " + targets(d.route()) + " (epoch "
                        + d.epoch() + ")";
            case MeshDecision.RouteWithdrawn d ->
                "no route any more for calls from " + place(d.caller().locality()) + " (epoch " + d.epoch() + ")";
        };
    }

    public static String of(MeshEvent event) {
        return switch (event) {
            case MeshEvent.EndpointHealthChanged changed ->
                changed.verdict() instanceof HealthVerdict.Passing
                        ? "observers agree that " + changed.endpoint() + " passes"
                        : "observers agree that " + changed.endpoint() + " fails " + whom(changed.verdict());
            case MeshDeclaration.DestinationDeclared d -> d.destination().id() + " was declared";
            case MeshDeclaration.DestinationRemoved d -> d.destination() + " was removed";
            case MeshDeclaration.MemberDeclared d ->
                "member " + d.member().id() + " was declared with "
                        + d.member().endpoints().size() + " endpoints";
            case MeshDeclaration.MemberRemoved d -> "member " + d.member() + " was removed";
            case MeshDeclaration.CallerDeclared d ->
                "callers at " + place(d.caller().locality()) + " were declared";
            case MeshDeclaration.CallerRemoved d ->
                "callers at " + place(d.caller().locality()) + " were removed";
            case MeshDeclaration.FailoverPolicyDeclared d ->
                "policy " + d.policy().id() + " was declared";
            case MeshDeclaration.FailoverPolicyRemoved d -> "policy " + d.policy() + " was removed";
            case MeshDeclaration.FailOverRequested _ -> "an operator asked for a fail-over";
            case MeshDeclaration.EjectRequested d -> "an operator asked to eject " + d.member();
            case MeshDeclaration.FailBackRequested _ -> "an operator asked to fail it back";
            case MeshDeclaration.HoldRequested d ->
                d.hold() ? "an operator asked to hold it" : "an operator ended the hold";
            case HealthRulesDeclared _ -> "health rules were declared";
            case ProxyReport.ProxySeen d ->
                "proxy " + d.proxy() + " was seen at " + place(d.caller().locality());
            case ProxyReport.ProxyGone d -> "proxy " + d.proxy() + " is gone";
            case ProxyReport.RouteApplied d -> "proxy " + d.proxy() + " applied epoch " + d.epoch();
            case ProxyReport.RouteRefused d -> "proxy " + d.proxy() + " refused epoch " + d.epoch() + ": " + d.why();
            case Ticked _ -> "time passed";
        };
    }

    static String of(HealthEvent event) {
        return switch (event) {
            case ProbeReported d ->
                "prober " + d.observer() + " at " + place(d.from()) + ": " + d.inARow()
                        + (d.passed() ? " passed" : " failed") + " in a row";
            case TrafficReported d ->
                "proxy " + d.observer() + " at " + place(d.from()) + ": " + d.failedInARow()
                        + " requests failed in a row";
            case HealthEvent.ObserverGone d -> "observer " + d.observer() + " ended";
            case ProxyReport report -> of((MeshEvent) report);
            case HealthRulesDeclared rules -> of((MeshEvent) rules);
            case Ticked _ -> "time passed, and observers are silent";
        };
    }

    static String of(MeshEntry.Origin origin) {
        String log = switch (origin.source()) {
            case HEALTH -> "health";
            case DECLARATIONS -> "mesh-declarations";
        };
        return log + "@" + origin.offset();
    }

    private static String whom(HealthVerdict verdict) {
        return switch (verdict) {
            case HealthVerdict.Passing() -> "nobody";
            case HealthVerdict.Failing() -> "all callers";
            case HealthVerdict.FailingFrom(var regions) -> "callers in " + String.join(", ", regions);
        };
    }

    private static String place(Locality locality) {
        String place = locality.toString();
        return place.isEmpty() ? "anywhere" : place;
    }

    /** Levels in order, each with its members and how many of their endpoints are usable. */
    private static String targets(Route route) {
        return switch (route.targets()) {
            case Route.ByWeight byWeight -> level(byWeight.shares());
            case Route.ByLevel byLevel ->
                byLevel.levels().isEmpty()
                        ? "nobody"
                        : byLevel.levels().stream()
                                .map(level -> level(level.shares()))
                                .collect(Collectors.joining(", then "));
        };
    }

    private static String level(List<Route.Share> shares) {
        return shares.stream()
                .map(share -> share.member() + " ("
                        + share.endpoints().values().stream()
                                .filter(endpoint -> endpoint.use() == Route.Use.USABLE)
                                .count()
                        + " of " + share.endpoints().size() + " usable)")
                .collect(Collectors.joining(" and "));
    }

    private static String joined(List<?> values) {
        return values.stream().map(Object::toString).collect(Collectors.joining(", "));
    }
}
