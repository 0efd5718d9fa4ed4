package dev.baton.failover;

import dev.baton.contract.mesh.HealthVerdict;
import dev.baton.contract.mesh.MeshDecision;
import dev.baton.contract.mesh.Route;
import java.util.stream.Collectors;

/** Decisions about destinations as key=value pairs, without mesh and cause. */
final class MeshLines {
    private MeshLines() {}

    static String text(MeshDecision decision) {
        return switch (decision) {
            case MeshDecision.EndpointEjected d ->
                "event=endpoint_ejected destination=" + d.destination() + " endpoint=" + d.endpoint() + " against="
                        + text(d.against());
            case MeshDecision.EjectionRefused d ->
                "event=ejection_refused destination=" + d.destination() + " endpoint=" + d.endpoint() + " reason="
                        + d.why();
            case MeshDecision.EndpointReturns d ->
                "event=endpoint_returns destination=" + d.destination() + " endpoint=" + d.endpoint() + " share="
                        + d.percent() + "%";
            case MeshDecision.MembersUnused d ->
                "event=members_unused destination=" + d.destination() + " members=" + d.unused();
            case MeshDecision.MembersWithheld d ->
                "event=members_withheld destination=" + d.destination() + " members=" + d.withheld();
            case MeshDecision.HoldChanged d ->
                "event=hold_changed destination=" + d.destination() + " held=" + d.held();
            case MeshDecision.RequestRefused d ->
                "event=request_refused destination=" + d.destination() + " subject=\"" + d.subject() + "\" reason="
                        + d.why();
            case MeshDecision.RouteAssigned d ->
                "event=route_assigned destination=" + d.destination() + " caller="
                        + d.route().caller().locality() + " epoch=" + d.epoch() + " to=" + text(d.route());
            case MeshDecision.RouteWithdrawn d ->
                "event=route_withdrawn destination=" + d.destination() + " caller="
                        + d.caller().locality() + " epoch=" + d.epoch();
        };
    }

    static String text(HealthVerdict verdict) {
        return switch (verdict) {
            case HealthVerdict.Passing() -> "nobody";
            case HealthVerdict.Failing() -> "all";
            case HealthVerdict.FailingFrom(var regions) -> String.join(",", regions);
        };
    }

    /** Levels in order, each with its members and how many of their endpoints are usable. */
    static String text(Route route) {
        return switch (route.targets()) {
            case Route.ByWeight byWeight -> text(new Route.Level(byWeight.shares()));
            case Route.ByLevel byLevel ->
                byLevel.levels().isEmpty()
                        ? "-"
                        : byLevel.levels().stream().map(MeshLines::text).collect(Collectors.joining(">"));
        };
    }

    private static String text(Route.Level level) {
        return level.shares().stream()
                .map(share -> share.member() + ":"
                        + share.endpoints().values().stream()
                                .filter(endpoint -> endpoint.use() == Route.Use.USABLE)
                                .count()
                        + "/" + share.endpoints().size())
                .collect(Collectors.joining(","));
    }
}
