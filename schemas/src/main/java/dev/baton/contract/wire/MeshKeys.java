package dev.baton.contract.wire;

import dev.baton.contract.mesh.Caller;
import dev.baton.contract.mesh.DestinationId;
import dev.baton.contract.mesh.HealthEvent;
import dev.baton.contract.mesh.HealthReport;
import dev.baton.contract.mesh.HealthRulesDeclared;
import dev.baton.contract.mesh.HealthSnapshot;
import dev.baton.contract.mesh.MeshDeclaration;
import dev.baton.contract.mesh.MeshSnapshot;
import dev.baton.contract.mesh.ProxyReport;
import dev.baton.contract.mesh.Route;
import dev.baton.contract.mesh.RoutingSnapshot;
import dev.baton.contract.mesh.Ticked;

/** What the records of a mesh's logs are about: the part of their keys behind the mesh's name. */
final class MeshKeys {
    private static final String RULES = "health-rules";
    private static final String DESTINATION = "destination/";
    private static final String MEMBER = "member/";
    private static final String POLICY = "policy/";
    private static final String CALLER = "caller/";

    private MeshKeys() {}

    static String of(HealthEvent event) {
        return switch (event) {
            case HealthReport report -> "endpoint/" + report.endpoint() + "/" + report.observer();
            case HealthEvent.ObserverGone gone -> "observer/" + gone.observer();
            case ProxyReport report -> "proxy/" + report.proxy();
            case HealthRulesDeclared _ -> RULES;
            case Ticked _ -> "tick";
        };
    }

    static String of(MeshDeclaration declaration) {
        return switch (declaration) {
            case MeshDeclaration.DestinationDeclared declared ->
                DESTINATION + declared.destination().id();
            case MeshDeclaration.DestinationRemoved removed -> DESTINATION + removed.destination();
            case MeshDeclaration.MemberDeclared declared ->
                MEMBER + declared.member().id();
            case MeshDeclaration.MemberRemoved removed -> MEMBER + removed.member();
            case MeshDeclaration.CallerDeclared declared -> CALLER + text(declared.caller());
            case MeshDeclaration.CallerRemoved removed -> CALLER + text(removed.caller());
            case MeshDeclaration.FailoverPolicyDeclared declared ->
                POLICY + declared.policy().id();
            case MeshDeclaration.FailoverPolicyRemoved removed -> POLICY + removed.policy();
            case MeshDeclaration.FailOverRequested request -> DESTINATION + request.destination();
            case MeshDeclaration.EjectRequested request -> DESTINATION + request.destination();
            case MeshDeclaration.FailBackRequested request -> DESTINATION + request.destination();
            case MeshDeclaration.HoldRequested request -> DESTINATION + request.destination();
            case HealthRulesDeclared _ -> RULES;
        };
    }

    static String of(Route route) {
        return route(route.destination(), route.caller());
    }

    /** '@' occurs in no destination's name, so the caller cannot run into it. */
    static String route(DestinationId destination, Caller caller) {
        return "route/" + destination + "@" + text(caller);
    }

    static String of(MeshSnapshot snapshot) {
        return switch (snapshot) {
            case HealthSnapshot _ -> "health";
            case RoutingSnapshot _ -> "routing";
        };
    }

    private static String text(Caller caller) {
        return caller.locality()
                + (caller.labels().isEmpty() ? "" : caller.labels().toString());
    }
}
